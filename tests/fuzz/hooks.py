"""What schemathesis loads: half of the well-formed ids that it makes up become those of extensions that may be there."""

from __future__ import annotations

import re
import zlib
from typing import Any

import schemathesis

WELL_FORMED = re.compile(r"(number:)?[0-9]+")
THERE = 9  # extensions, from 101 on


@schemathesis.hook
def map_path_parameters(_context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    made_up = str((path_parameters or {}).get("id", ""))
    chance = zlib.crc32(made_up.encode())
    if path_parameters is None or not WELL_FORMED.fullmatch(made_up) or chance % 2:
        return path_parameters
    place = chance // 2 % THERE
    return path_parameters | {"id": f"number:{101 + place}" if made_up.startswith("n") else str(place + 1)}
