"""The check of Asterisk's own records of calls, by which calls become known of a time when no listener ran."""

from __future__ import annotations

from collections.abc import Iterator

from models.types import now
from pbx import heard_calls
from pbx.ami import connected
from pbx.cdr import grouping, sources
from pbx.cdr.errors import NotRecorded, RecordsUnreadable
from pbx.cdr.sources import Source
from pbx.doctor.findings import Check, Finding, NothingToCheck
from pbx.services import Services

CHECK = "call-records"
UNKNOWN = "of a time when no listener runs, a deploy or a reboot, it stays unknown which calls there were, and who missed one"


def records(services: Services) -> Iterator[Finding]:
    """Find that the records cannot be read, or lack the calls that were heard."""
    try:
        with connected(services.settings) as asterisk:
            source = sources.find(services.settings, asterisk)
        if source.problem:
            raise NothingToCheck(source.problem)
        yield from _lacking(services, source)
    except NotRecorded as error:
        raise NothingToCheck(str(error)) from None
    except RecordsUnreadable as error:
        yield Finding.explained(CHECK, str(error), UNKNOWN)


def _lacking(services: Services, source: Source) -> Iterator[Finding]:
    """Find that not all can be read, or that none of the last calls is there. Raises RecordsUnreadable."""
    with services.database.session() as session:
        heard = heard_calls.before(session, now(), source.late)
    since = min((row.at for row in heard), default=now()).timestamp()
    records, lacking = source.read(since - 60)
    if lacking:
        yield Finding.explained(CHECK, lacking, UNKNOWN)
    elif calls := heard_calls.missing(heard, grouping.calls(records)):
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
