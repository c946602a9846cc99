"""The web process's app, with addresses of the API and of a page that answer once a file is there. For gunicorn."""

from __future__ import annotations

import os
from pathlib import Path

import settings
from app import create_app
from tests.waiting import wait_for

app = create_app(settings.load())


@app.get("/api/held")
@app.get("/extensions/held")
def held() -> dict[str, str]:
    folder = Path(os.environ["HOLDING_FOLDER"])
    with (folder / "begun").open("a") as begun:
        begun.write("1")
    wait_for((folder / "go").exists)
    return {}
