"""Pure: what an adoption or a release would do, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.extension import Extension
from pbx.adoption.candidates import Candidate, Refused

Change = tuple[bytes, bytes]  # what a file holds, and what it is to hold


@dataclass(frozen=True)
class AdoptionPreview:
    """What an adoption would do."""

    candidates: Sequence[Candidate]
    refused: Sequence[Refused]
    changes: Mapping[Path, Change] = field(default_factory=dict, repr=False)
    obstacle: str | None = None  # why this process can do nothing of it
    digest: str = ""


@dataclass(frozen=True)
class Adopted:
    """What came of an adoption."""

    rows: Sequence[Extension]
    refused: Sequence[Refused] = ()
    returned: Mapping[str, str] = field(default_factory=dict)  # number → why it is the administrator's again
    short_secrets: Sequence[str] = ()  # numbers whose secret works, and should be a better one
    not_returned: Mapping[str, str] = field(
        default_factory=dict
    )  # number → what is not as it was, and why it stays


@dataclass(frozen=True)
class ReleasePreview:
    """What a release would do, or did."""

    restored: Sequence[str]  # the administrator's lines come back as they were
    written: Sequence[str]  # Switchhook's lines as they are now become the administrator's
    refused: Sequence[Refused] = ()
    obstacle: str | None = None
    digest: str = ""
    without_hint: Sequence[str] = ()  # restored, and busy lamps that watch them go dark


def digest(numbers: Sequence[str], contents: Mapping[Path, bytes]) -> str:
    """Return 16 characters that are others for other numbers, or when one of these files is edited."""
    state = repr([list(numbers), sorted(contents.items())])
    return hashlib.sha256(state.encode()).hexdigest()[:16]
