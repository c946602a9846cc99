"""Steps that are for the holder of a lease alone: what one saves is saved only while its process has the lease.

A process may lose it in the middle of a step, as it was frozen or the machine was busy; the next one then does the step, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlmodel import Session

from models.lease import LeaseHolder

# Whose step this thread does
_current: ContextVar[LeaseHolder | None] = ContextVar("lease_holder", default=None)


@contextmanager
def step_of(holder: LeaseHolder) -> Iterator[None]:
    """Have what happens meanwhile in this thread be the holder's."""
    before = _current.set(holder)
    try:
        yield
    finally:
        _current.reset(before)


def fence(session: Session) -> None:
    """Keep the lease until a transaction of this step is committed; does nothing outside of one. Raises LeaseLost."""
    if holder := _current.get():
        holder.keep(session)
