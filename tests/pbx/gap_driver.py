"""What tests of times when nobody listened work with: a PBX that records its calls, and how such a time ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from models import listening_gap
from models.event import Event, EventKind
from models.lease import LeaseHolder
from models.listening_gap import ListeningGap
from models.types import now
from pbx import history
from pbx.ami_messages import Headers
from pbx.facts import CallEnded, CallRinging
from pbx.gaps import Following
from pbx.services import Services
from tests.factories import holder_of, insert_extension
from tests.pbx.scripted_pbx import ScriptedPbx

CALL = '"","101","102","from-internal","","PJSIP/101-{n:08x}","PJSIP/102-{n:08x}","Dial","","{start}","{start}","{end}",5,5,"{disposition}","DOCUMENTATION","{made}.{n}",""\n'


@pytest.fixture
def pbx() -> Iterator[ScriptedPbx]:
    with ScriptedPbx() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "cdr-csv"
    path.mkdir()
    return path


@pytest.fixture
def services(quiet: Services, pbx: ScriptedPbx, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Extensions 101 and 102, on a PBX that records its calls; here it stays as late as it is now."""
    at = now()
    monkeypatch.setattr(sys.modules[__name__], "now", lambda: at)
    for number in ("101", "102"):
        insert_extension(quiet, number)
    settings = quiet.settings.model_copy(update={"ami_port": pbx.port, "cdr_folder": folder})
    return Services(settings, quiet.database, quiet.cipher)


@pytest.fixture
def holder(services: Services) -> LeaseHolder:
    return holder_of(services)


def ago(at: datetime) -> float:
    """How many seconds before the test's beginning that was."""
    return (now() - at).total_seconds()


def record(folder: Path, ended: float, number: int = 1, disposition: str = "ANSWERED") -> str:
    """Write a call of 5 s that ended so many seconds ago; return its Linkedid."""
    end = now() - timedelta(seconds=ended)
    start = end - timedelta(seconds=5)
    values = {"start": f"{start:%F %T}", "end": f"{end:%F %T}", "made": int(start.timestamp())}
    with (folder / "Master.csv").open("a") as file:
        file.write(CALL.format(n=number, disposition=disposition, **values))
    return f"{values['made']}.{number}"


def begin_gap(
    services: Services,
    holder: LeaseHolder,
    since: float = 600,
    until: float = 60,
    *,
    going_on: Headers | None = None,
    ended: list[CallEnded] | None = None,
    ahead: float = 0.0,
) -> None:
    """Follow Asterisk again after a time in which nobody did, and go on with it; seconds ago.

    `ahead`: by how much Asterisk's clock is.
    """
    with holder.transaction() as session:
        listening_gap.note_followed(session, now() - timedelta(seconds=since))
    channels = [going_on] if going_on else []
    Following(holder).begin(now().timestamp() - until, channels, ended or [], ahead)
    follow(holder)


def follow(holder: LeaseHolder, behind: float = 0) -> None:
    """Note that all is stored that Asterisk said until so many seconds ago."""
    with holder.transaction() as session:
        listening_gap.note_followed(session, now() - timedelta(seconds=behind))


def gap_of(services: Services) -> ListeningGap:
    with services.database.session() as session:
        return session.exec(select(ListeningGap).order_by(col(ListeningGap.id).desc())).all()[0]


def events(services: Services, kind: EventKind = EventKind.ENDED) -> list[Event]:
    with services.database.session() as session:
        return list(session.exec(select(Event).where(Event.kind == kind).order_by(col(Event.id))))


def store(holder: LeaseHolder, *facts: CallRinging | CallEnded) -> None:
    with holder.transaction() as session:
        history.store(session, facts)


def ringing(linkedid: str, seconds_ago: float) -> CallRinging:
    return CallRinging(
        at=now().timestamp() - seconds_ago,
        linkedid=linkedid,
        caller="101",
        caller_name="",
        callee="102",
        channel="PJSIP/102-00000001",
    )


def unseen(linkedid: str) -> CallEnded:
    """As a resync guesses it."""
    return CallEnded(
        at=now().timestamp(),
        linkedid=linkedid,
        caller="101",
        callee="102",
        channel="PJSIP/102-00000001",
        disposition="failed",
        cause=0,
        cause_text="",
        rang=0,
        talked=0,
    )
