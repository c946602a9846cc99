"""Which page of a list somebody asks for, and what stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from flask import request

from models.number import whole

MAX_PAGE_DIGITS = 6
AnyT = TypeVar("AnyT")


class HasId(Protocol):
    """A row of a table."""

    @property
    def id(self) -> int | None: ...


RowT = TypeVar("RowT", bound=HasId)


def page_asked_for() -> int:
    """Return the number of the page in the address, from 1 on; 1 for what is none."""
    return max(1, whole(request.args.get("page", ""), MAX_PAGE_DIGITS) or 1)


def part(rows: Sequence[AnyT], size: int, page: int) -> tuple[Sequence[AnyT], int, int]:
    """Return a page of the rows, or the last one where there are fewer; which one it is, and of how many."""
    pages = max(1, -(-len(rows) // size))
    page = max(1, min(page, pages))
    return rows[(page - 1) * size : page * size], page, pages


def older(rows: Sequence[RowT], size: int) -> tuple[Sequence[RowT], int | None]:
    """Return as many rows as a page has, of one more that was read, and the id that there are older ones of; None: none."""
    shown = rows[:size]
    return shown, shown[-1].id if len(rows) > size else None
