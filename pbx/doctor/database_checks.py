"""Checks of the database: that it can be used, that it is the one that wrote Asterisk's files, and what waits in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from models import failure, schema, write_probe
from models.extension import BY_NUMBER, Extension, State
from models.patience import Patience
from models.types import now
from models.words import some
from pbx import reencrypt
from pbx.doctor.findings import Finding
from pbx.publishing import foreign_files
from pbx.services import Services

PATIENCE = Patience(lock=5_000, statement=5_000)  # after which somebody keeps the database locked
PUBLISH_TIME = timedelta(minutes=2)  # the listener publishes every minute


def database(services: Services) -> Iterator[Finding]:
    """Find why nothing can be saved or read, if that is so."""
    why = "nothing can be saved, and what was saved can perhaps not be looked at"
    engine = services.database.engine
    try:
        if problem := schema.problem(engine):
            yield Finding.explained("database", problem, why)
        else:
            write_probe.write(services.database, PATIENCE)
    except SQLAlchemyError as error:
        seen, _, remedy = failure.cause(error).partition(". ")
        yield Finding("database", seen, why, remedy)


def secret_key(services: Services) -> Iterator[Finding]:
    """Find that SECRET_KEY is not the one that encrypted the phones' secrets."""
    if problem := reencrypt.key_conflict(services):
        yield Finding.explained(
            "secret-key",
            problem,
            "changes of these phones cannot go live, and what is lost once the key is lost stays so",
        )


def identity(services: Services) -> Iterator[Finding]:
    """Find that another database wrote the files, or that this one is an old copy. Raises ConfigFileError."""
    if reason := foreign_files.conflict(services):
        problem, remedy = foreign_files.parts(reason)
        why = "nothing is published, so that nobody's phone goes who is not meant to"
        yield Finding("identity", problem, why, remedy)


def waiting(services: Services) -> Iterator[Finding]:
    """Find extensions that should be live by now, by the reason why they are not."""
    with services.database.session() as session:
        not_live = select(Extension).where(col(Extension.state) != State.LIVE).order_by(*BY_NUMBER)
        rows = session.exec(not_live).all()
    overdue = [row for row in rows if row.state is State.FAILED or row.updated_at < now() - PUBLISH_TIME]
    for reason in dict.fromkeys(row.reason or "" for row in overdue):
        numbers = [row.number for row in overdue if (row.reason or "") == reason]
        yield _not_live(numbers, reason)


def _not_live(numbers: list[str], reason: str) -> Finding:
    what = "extension" if len(numbers) == 1 else "extensions"
    return Finding(
        "waiting",
        f"Asterisk does not have {what} {some(numbers)} as the database does"
        + (f": {reason}" if reason else ""),
        "whoever has it finds it as it was before, or not there at all",
        "see to the reason, if one is given, and publish again: flask publish, or /ext verify and the number",
        fix="publish",
    )
