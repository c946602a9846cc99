"""Pure: what can go wrong with the database and with what is stored in it."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError


class DatabaseUnfit(SQLAlchemyError):
    """The program cannot work on this database as it is; the message is for people and says what to run."""


class SecretUnreadable(Exception):
    """No key in SECRET_KEY decrypts this secret."""


class ClaimLost(Exception):
    """Another process carries this out by now: nothing is committed here, and nothing told."""


class RequestGone(ClaimLost):
    """An older state of the database was put back, which does not have this request: nobody else carries it out."""
