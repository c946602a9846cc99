"""Pure: what became of an event, in words that are so when they are read: Asterisk may yet have to follow."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from models.extension import Extension, State


@dataclass(frozen=True)
class Result:
    """`words` are so once Asterisk has the extension as it is to be; until then, `waiting` are.

    Without an `extension_id`, nothing is waited for. `locks`: whether it is to be locked out.
    """

    words: str
    waiting: str = ""
    extension_id: int | None = None
    locks: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def words_now(result: Result, extension: Extension | None) -> str:
    """Say how it stands. `extension`: the row by its id, as it is now; None when it is gone."""
    if result.extension_id is None:
        return result.words
    if extension is None:
        return f"{result.words}; deleted since"
    match extension.state:
        case State.LIVE if result.locks and extension.enabled:
            return f"extension {extension.number} was to be locked out, and was let in again by hand"
        case State.LIVE:
            return result.words
        case State.DELETING:
            return f"{result.waiting}; it is being deleted"
        case State.FAILED:
            return f"{result.waiting}, but Asterisk refuses: {extension.reason}"
    return f"{result.waiting}: {extension.reason}" if extension.reason else result.waiting


def is_settled(result: Result, extension: Extension | None) -> bool:
    return result.extension_id is None or extension is None or extension.state is State.LIVE
