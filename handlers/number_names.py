"""Names beside numbers, of the extensions that there are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.extension import Extension


class Named(NamedTuple):
    """Who has a number, and since when."""

    name: str
    since: datetime


def of_numbers(session: Session, numbers: Collection[str]) -> dict[str, Named]:
    """Return who has these numbers now."""
    query = select(Extension.number, Extension.name, Extension.created_at)
    found = session.exec(query.where(col(Extension.number).in_(numbers))).all()
    return {number: Named(name, since) for number, name, since in found}


def name_at(names: dict[str, Named], number: str, at: datetime) -> str:
    """Return who had a number at that moment; empty where it was not yet theirs."""
    named = names.get(number)
    return named.name if named and named.since <= at else ""
