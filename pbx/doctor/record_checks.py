"""The check of Asterisk's own records of calls, by which calls become known of a time when no listener ran."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlmodel import col, select

from models.event import Event, EventKind
from models.types import now
from pbx.ami import connected
from pbx.cdr import grouping, sources
from pbx.cdr.errors import NotRecorded, RecordsUnreadable
from pbx.cdr.sources import Source
from pbx.doctor.findings import Check, Finding, NothingToCheck
from pbx.services import Services

CHECK = "call-records"
UNKNOWN = "of a time when no listener runs, a deploy or a reboot, it stays unknown which calls there were, and who missed one"
LATELY, WRITTEN_WITHIN = timedelta(days=1), timedelta(minutes=1)
MOST = 20  # calls that are compared


def records(services: Services) -> Iterator[Finding]:
    """Find that the records cannot be read, or lack the calls that were heard."""
    try:
        with connected(services.settings) as asterisk:
            source = sources.find(services.settings, asterisk)
        if source.problem:
            raise NothingToCheck(source.problem)
        yield from _lacking(source, _heard(services, source))
    except NotRecorded as error:
        raise NothingToCheck(str(error)) from None
    except RecordsUnreadable as error:
        yield Finding.explained(CHECK, str(error), UNKNOWN)


def _heard(services: Services, source: Source) -> Sequence[Event]:
    """Return the last calls that were answered, and so are recorded, as they were heard."""
    last = now() - WRITTEN_WITHIN - timedelta(seconds=source.late)
    answered = Event.kind == EventKind.ENDED, Event.reason == "answered", col(Event.backfilled).is_(False)
    lately = select(Event).where(*answered, col(Event.at) > now() - LATELY, col(Event.at) < last)
    with services.database.session() as session:
        return session.exec(lately.order_by(col(Event.id).desc()).limit(MOST)).all()


def _lacking(source: Source, heard: Sequence[Event]) -> Iterator[Finding]:
    """Find that none of the calls is there. Raises RecordsUnreadable."""
    since = min((row.at for row in heard), default=now()).timestamp()
    known = {name for call in grouping.calls(source.read(since - 60)) for name in call.names}
    if heard and not any(row.linkedid in known or row.channel in known for row in heard):
        calls = (
            "the last answered call" if len(heard) == 1 else f"any of the last {len(heard)} answered calls"
        )
        yield Finding(
            CHECK,
            f"{source.name} does not have {calls}",
            UNKNOWN,
            "see that it is where Asterisk writes now (CDR_FOLDER, CDR_DATABASE_URL), that its disk is not full, "
            "that cdr.conf has loguniqueid=yes in [csv], and what Asterisk's log says of cdr",
        )


CHECKS: tuple[Check[Services], ...] = (
    Check(
        CHECK,
        "Asterisk's own records of calls can be read",
        records,
        needs=("database", "ami", "ami-rights"),
        limit=20.0,
    ),
)
