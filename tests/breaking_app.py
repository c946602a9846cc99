"""The app of holding_app.py, in a version that cannot replace another while a file is there. For gunicorn."""

from __future__ import annotations

import os
from pathlib import Path

import web_replacement
from tests.holding_app import app as app

if web_replacement.OLDER in os.environ and (Path(os.environ["HOLDING_FOLDER"]) / "broken").exists():
    raise RuntimeError("this version cannot start")
