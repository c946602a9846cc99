"""Pure: options of an extension that was written by hand once, which no field holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Options = list[tuple[str, str]]
AdoptedOptions = dict[str, Options]  # endpoint, auth or aor → its options, in order

# field → the options that stood for it where it could not; a new value of the field counts instead
OVERRIDDEN: Mapping[str, Sequence[str]] = {
    "transport": ("transport", "webrtc"),
    "codecs": ("allow", "disallow"),
    "name": ("callerid",),
    "caller_id": ("callerid",),
}


def without_overridden(options: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """Return what is left of the options when these fields are set."""
    gone = {option for field in fields for option in OVERRIDDEN.get(field, ())}
    left = {kind: [pair for pair in pairs if pair[0] not in gone] for kind, pairs in options.items()}
    return {kind: pairs for kind, pairs in left.items() if pairs}
