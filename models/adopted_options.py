"""Pure: options of an extension that was written by hand once, which no field holds.

Their values may be secrets (`set_var=DOOR_PIN=…`, `md5_cred`), so the database has each encrypted; names are in clear.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import SecretStr

Options = list[tuple[str, str]]
AdoptedOptions = dict[str, Options]  # endpoint, auth or aor → its options, in order
StoredOptions = Mapping[str, Any]  # the same with encrypted values, as JSON has them

# field → the options that stood for it where it could not; a new value of the field counts instead
OVERRIDDEN: Mapping[str, Sequence[str]] = {
    "transport": ("transport", "webrtc"),
    "codecs": ("allow", "disallow"),
    "name": ("callerid",),
    "caller_id": ("callerid",),
}


def encrypted(options: AdoptedOptions, encrypt: Callable[[SecretStr], str]) -> dict[str, Any]:
    """Return the options as they are stored."""
    return {
        kind: [[name, encrypt(SecretStr(value))] for name, value in pairs] for kind, pairs in options.items()
    }


def decrypted(stored: StoredOptions, decrypt: Callable[[str], SecretStr]) -> AdoptedOptions:
    """Return the options as Asterisk gets them. Raises SecretUnreadable."""
    return {
        kind: [(name, decrypt(value).get_secret_value()) for name, value in pairs]
        for kind, pairs in stored.items()
    }


def tokens(stored: StoredOptions) -> list[str]:
    """Return every encrypted value."""
    return [value for pairs in stored.values() for _, value in pairs]


def with_tokens(stored: StoredOptions, new: Mapping[str, str]) -> dict[str, Any]:
    """Return the options with other encrypted values. `new`: old → new; others stay."""
    return {kind: [[name, new.get(value, value)] for name, value in pairs] for kind, pairs in stored.items()}


def without_overridden(options: StoredOptions, fields: Sequence[str]) -> dict[str, Any]:
    """Return what is left of the options when these fields are set."""
    gone = {option for field in fields for option in OVERRIDDEN.get(field, ())}
    left = {kind: [pair for pair in pairs if pair[0] not in gone] for kind, pairs in options.items()}
    return {kind: pairs for kind, pairs in left.items() if pairs}
