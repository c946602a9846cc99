"""Pure: names beside numbers, of the extensions that there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple


class Named(NamedTuple):
    """Who has a number, and since when."""

    name: str
    since: datetime


def name_at(names: Mapping[str, Named], number: str, at: datetime) -> str:
    """Return who had a number at that moment; empty where it was not yet theirs."""
    named = names.get(number)
    return named.name if named and named.since <= at else ""


def at(names: Mapping[str, Named], moment: datetime) -> dict[str, str]:
    """Return the names of those who had their number at that moment already."""
    return {number: named.name for number, named in names.items() if named.since <= moment}
