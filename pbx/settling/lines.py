"""Pure: an extension's lines in the block of pjsip.conf → its options by section."""

from __future__ import annotations

from collections.abc import Mapping

from models.adopted_options import Options

SECTIONS = ("endpoint", "auth", "aor")


def sections(text: str) -> dict[str, Options]:
    """Return endpoint, auth and aor → options, as they were before they were escaped."""
    found: dict[str, Options] = {kind: [] for kind in SECTIONS}
    kind = ""
    for line in text.splitlines():
        name, is_option, value = line.partition("=")
        if not is_option or line.startswith(";"):
            continue
        if name == "type":
            kind = value
        elif kind in found:
            found[kind].append((name, value.removeprefix(" ").replace("\\;", ";")))
    return found


def values(text: str) -> Mapping[tuple[str, str], list[str]]:
    """Return (section, option) → its values."""
    found: dict[tuple[str, str], list[str]] = {}
    for kind, pairs in sections(text).items():
        for name, value in pairs:
            found.setdefault((kind, name), []).append(value)
    return found
