"""Blocks → HTML, by the renderer of render.mjs, in one call for all."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handlers.slack.blocks import Block

HERE = Path(__file__).parent
STYLE = HERE / "node_modules/slack-blocks-to-jsx/dist/style.css"
TIME_ZONE = "Europe/Berlin"


class RenderError(RuntimeError):
    """What the renderer said instead of drawing."""


@dataclass(frozen=True)
class Surface:
    """What is to be drawn. `message`: logo and time of a message's headline; None: blocks alone, as in a window."""

    id: str
    blocks: Sequence[Block]
    theme: str
    message: dict[str, Any] | None = None


def render(surfaces: Sequence[Surface], users: dict[str, str], channels: dict[str, str]) -> dict[str, str]:
    """Return HTML by the surfaces' ids. `users` and `channels`: names by ID. Raises RenderError."""
    asked = {
        "surfaces": [vars(each) for each in surfaces],
        "users": [{"id": key, "name": name} for key, name in users.items()],
        "channels": [{"id": key, "name": name} for key, name in channels.items()],
    }
    node = shutil.which("node")
    if node is None:
        raise RenderError("node is not on PATH: install Node.js 20 or newer, with npm")
    run = subprocess.run(
        [node, str(HERE / "render.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        env={"TZ": TIME_ZONE, "LANG": "en_US.UTF-8", "NODE_ENV": "production"},
    )
    if run.returncode:
        raise RenderError(f"render.mjs failed:\n{run.stderr[-3000:]}")
    drawn: dict[str, str] = json.loads(run.stdout)
    return drawn
