"""The csv_import table: CSV files between their preview and their import, and what came of them.

The file may hold passwords. It is encrypted, goes when the browser's session ends that sent it, an hour after it came, and
in the transaction that saves its rows. One import is carried out at a time: who does so holds the only `slot`, and says
every few seconds that they live.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import SecretStr
from sqlalchemy import JSON, Column, ColumnElement, ForeignKey
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from models import heartbeat, pruning
from models.actor import MAX_ACTOR_LENGTH
from models.database import Database
from models.encryption import SecretCipher
from models.errors import SecretUnreadable
from models.heartbeat import DATABASE_NOW
from models.process_names import has_ended
from models.types import UtcDateTime, now

GOOD_FOR = timedelta(hours=1)  # of a file that is not imported
KEEP = timedelta(days=7)  # of what came of one that is
THE_SLOT = 1


class CsvImport(SQLModel, table=True):
    """One file. `sealed`: its text; `sealed_preview`: what was shown of each row, without passwords."""

    __tablename__ = "csv_import"
    __table_args__ = {"sqlite_autoincrement": True}  # addresses of pages name it

    id: int | None = Field(default=None, primary_key=True)
    # The browser's session that sent it, which takes it along; None: its rows are saved
    session_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("web_session.id", ondelete="CASCADE"), index=True)
    )
    actor: str = Field(max_length=MAX_ACTOR_LENGTH)
    name: str = Field(max_length=255)  # of whom it is, as others read it
    file_name: str = Field(max_length=255)
    is_guess: bool = False  # it was read as Windows-1252
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)
    sealed: str | None = Field(default=None, repr=False)  # None: its rows are saved
    sealed_preview: str = Field(repr=False)
    digest: str = Field(max_length=64)  # of the preview
    # Member ID in Slack → why they cannot have a phone, and of how many Slack did not say
    unfit: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    unasked: int = 0
    hands_over: bool = False  # people with a Slack user are sent their new password
    slot: int | None = Field(default=None, unique=True)  # THE_SLOT: it is carried out
    holder: str = Field(default="", max_length=64)  # by which process, as process_names.process_name() has it
    attempt: int = 0
    alive_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # by the database's clock
    step: str = Field(default="", max_length=16)  # how far it has come; empty: not begun
    step_done: int = 0
    step_total: int = 0
    saved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # What was saved: number → [id, revision] of the extension
    numbers: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    reason: str | None = None  # why nothing was saved, the last time
    passwords_taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def text(self, cipher: SecretCipher) -> str:
        """Return the file. Raises SecretUnreadable, also where it is gone."""
        if self.sealed is None:
            raise SecretUnreadable("the file is not kept any more")
        return _opened(cipher, self.sealed)

    def preview(self, cipher: SecretCipher) -> str:
        """Raises SecretUnreadable."""
        return _opened(cipher, self.sealed_preview)


class Found(NamedTuple):
    """A row, and whether somebody works on it now."""

    row: CsvImport
    is_running: bool

    @property
    def was_interrupted(self) -> bool:
        """Return whether its process ended before anything was saved."""
        return bool(self.row.step) and not self.is_running and self.row.saved_at is None


class Claim(NamedTuple):
    """The right to carry one out."""

    id: int
    attempt: int


def add(database: Database, cipher: SecretCipher, row: CsvImport, text: str, preview: str) -> int:
    """Keep a file and its preview in the place of the one that its session sent before, and return its id."""
    row.sealed, row.sealed_preview = _sealed(cipher, text), _sealed(cipher, preview)
    before = col(CsvImport.session_id) == row.session_id, col(CsvImport.slot).is_(None)
    with database.session() as session:
        session.exec(delete(CsvImport).where(*before))
        session.add(row)
        session.flush()
        return row.id or 0


def find(database: Database, import_id: int) -> Found | None:
    with database.session() as session:
        found = session.exec(select(CsvImport, DATABASE_NOW).where(col(CsvImport.id) == import_id)).first()
    if found is None:
        return None
    row, at = found
    is_old = row.saved_at is None and row.slot is None and row.created_at < now() - GOOD_FOR
    return None if is_old else Found(row, _is_running(row, at))


def running(database: Database) -> CsvImport | None:
    """Return the one that is carried out now."""
    with database.session() as session:
        found = session.exec(select(CsvImport, DATABASE_NOW).where(col(CsvImport.slot) == THE_SLOT)).first()
    return found[0] if found and _is_running(*found) else None


def latest(database: Database, limit: int = 5) -> list[CsvImport]:
    """Return those whose rows were saved, newest first."""
    query = select(CsvImport).where(col(CsvImport.saved_at).is_not(None))
    with database.session() as session:
        return list(session.exec(query.order_by(col(CsvImport.id).desc()).limit(limit)))


def _is_running(row: CsvImport, at: datetime) -> bool:
    return row.slot is not None and heartbeat.is_alive(row.alive_at, at) and not has_ended(row.holder)


def claim(database: Database, import_id: int, digest: str, holder: str, *, hands_over: bool) -> Claim | None:
    """Return the right to carry one out as the preview with that digest has it. None: another is carried out, or it is
    not as it was any more.
    """
    _free_of_the_dead(database)
    this = _is(import_id), col(CsvImport.saved_at).is_(None), col(CsvImport.digest) == digest
    values = {"holder": holder, "hands_over": hands_over, "alive_at": DATABASE_NOW, "step": "checking"}
    begun = update(CsvImport).where(*this, col(CsvImport.slot).is_(None)).values(slot=THE_SLOT, **values)
    more = begun.values(attempt=col(CsvImport.attempt) + 1, step_done=0, step_total=0, reason=None)
    try:
        with database.session() as session:
            attempt = session.execute(more.returning(col(CsvImport.attempt))).scalar()
    except IntegrityError:
        return None
    return Claim(import_id, attempt) if attempt else None


def _free_of_the_dead(database: Database) -> None:
    with database.session() as session:
        found = session.exec(select(CsvImport, DATABASE_NOW).where(col(CsvImport.slot) == THE_SLOT)).first()
    if found and not _is_running(*found):
        release(database, Claim(found[0].id or 0, found[0].attempt))


def working(database: Database, claimed: Claim) -> AbstractContextManager[None]:
    """Say every few seconds that whoever works on it lives."""
    return heartbeat.beating(lambda: _update(database, claimed, alive_at=DATABASE_NOW))


def note_step(database: Database, claimed: Claim, step: str, done: int = 0, total: int = 0) -> None:
    _update(database, claimed, step=step, step_done=done, step_total=total, alive_at=DATABASE_NOW)


def note_saved(session: Session, claimed: Claim, numbers: Mapping[str, tuple[int, int]]) -> bool:
    """Note what is saved in this transaction, and delete the file. False: it is gone, or not ours any more."""
    values = {"saved_at": now(), "sealed": None, "session_id": None, "numbers": dict(numbers)}
    return bool(session.exec(update(CsvImport).where(*_of(claimed)).values(**values)).rowcount)


def renew(database: Database, cipher: SecretCipher, claimed: Claim, preview: str, digest: str) -> None:
    """Keep another preview of the same file, and end carrying it out."""
    sealed = _sealed(cipher, preview)
    _update(database, claimed, sealed_preview=sealed, digest=digest, slot=None, step="")


def release(database: Database, claimed: Claim, **values: object) -> None:
    """End carrying it out."""
    _update(database, claimed, slot=None, **values)


def take_passwords(session: Session, import_id: int) -> bool:
    """Return whether nobody has taken them before."""
    untaken = _is(import_id), col(CsvImport.passwords_taken_at).is_(None)
    return bool(session.exec(update(CsvImport).where(*untaken).values(passwords_taken_at=now())).rowcount)


def forget(database: Database, import_id: int) -> None:
    """Delete one that is not carried out."""
    this = _is(import_id), col(CsvImport.slot).is_(None), col(CsvImport.saved_at).is_(None)
    with database.session() as session:
        session.exec(delete(CsvImport).where(*this))


def reencrypt(database: Database, cipher: SecretCipher) -> None:
    """Encrypt with the newest key what an older one did. What no key opens stays as it is, and goes soon."""
    with database.session() as session:
        for row in session.exec(select(CsvImport)):
            try:
                row.sealed = row.sealed and cipher.reencrypt(row.sealed)
                row.sealed_preview = cipher.reencrypt(row.sealed_preview)
            except SecretUnreadable:
                continue


def prune(database: Database) -> None:
    """Delete files that are older than GOOD_FOR, and what came of others after KEEP."""
    idle, created = col(CsvImport.slot).is_(None), col(CsvImport.created_at)
    _free_of_the_dead(database)
    waits = col(CsvImport.saved_at).is_(None)
    pruning.prune(database, CsvImport, idle, waits, created < now() - GOOD_FOR)
    pruning.prune(database, CsvImport, idle, created < now() - KEEP)


def _sealed(cipher: SecretCipher, text: str) -> str:
    return cipher.encrypt(SecretStr(b64encode(zlib.compress(text.encode())).decode()))


def _opened(cipher: SecretCipher, sealed: str) -> str:
    return zlib.decompress(b64decode(cipher.decrypt(sealed).get_secret_value())).decode()


def _is(import_id: int) -> ColumnElement[bool]:
    return col(CsvImport.id) == import_id


def _of(claimed: Claim) -> tuple[ColumnElement[bool], ...]:
    return _is(claimed.id), col(CsvImport.attempt) == claimed.attempt, col(CsvImport.slot) == THE_SLOT


def _update(database: Database, claimed: Claim, **values: object) -> None:
    with database.session() as session:
        session.exec(update(CsvImport).where(*_of(claimed)).values(**values))
