"""Pure: what an admin says where HR's data is ambiguous: `new`, or `theirs:5@3,7@1`, extensions by id and revision."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.extension import Extension

NEW = "new"
THEIRS = "theirs:"
PATTERN = re.compile(r"new|theirs:[0-9]{1,9}@[0-9]{1,9}(,[0-9]{1,9}@[0-9]{1,9})*")


def encode(extensions: Sequence[Extension]) -> str:
    return THEIRS + ",".join(f"{each.id}@{each.revision}" for each in extensions)


def names_extensions(choice: str | None) -> bool:
    return bool(choice and choice.startswith(THEIRS))


def revisions(choice: str) -> dict[int, int]:
    """Return the extensions that were chosen: id → revision. PATTERN has matched."""
    pairs = (each.split("@") for each in choice.removeprefix(THEIRS).split(",")) if choice != NEW else ()
    return {int(row_id): int(revision) for row_id, revision in pairs}
