"""The pages of what happened and of who changed what."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from models import audit
from models.actor import Actor
from models.event import Event, EventKind
from models.fields import NewExtension
from models.types import now
from pbx import extensions
from pbx.services import Services
from tests.handlers.pages.in_process import LocalUser, admin, colleague, services, shared_app, system

__all__ = ["admin", "colleague", "services", "shared_app", "system"]
HOSTILE = "<img src=x onerror=alert(1)>"
LONG_AGO = datetime(2026, 1, 15, 12, tzinfo=UTC)
PAGES = ("/events", "/audit")


@pytest.fixture(scope="module", autouse=True)
def rows(services: Services) -> None:
    extensions.create(services, NewExtension(number="101", name="Alice"), by=Actor("cli", "root"))
    later = now() + timedelta(seconds=1)
    with services.database.session() as session:
        session.add(Event(at=LONG_AGO, kind=EventKind.REGISTERED, number="101", address="192.0.2.1"))
        session.add(Event(at=LONG_AGO, kind=EventKind.RINGING, number="199", peer="+4930", peer_name=HOSTILE))
        session.add_all(
            Event(at=later, kind=EventKind.UNREGISTERED, number="101", reason=f"reason {at}.")
            for at in range(120)
        )
        session.add(
            Event(
                at=later,
                kind=EventKind.LOGIN_FAILED,
                number="admin",
                address="198.51.100.9",
                reason="wrong secret",
            )
        )
        session.add(
            Event(
                at=later,
                kind=EventKind.ENDED,
                number="198",
                peer="197",
                channel="PJSIP/198-1",
                cause_text="User busy",
                reason="voicemail",
            )
        )
        long = Event(at=LONG_AGO, kind=EventKind.RINGING, address="192.0.2.1", number="a" * 255)
        long.peer, long.peer_name, long.user_agent = "p" * 255, "n" * 255, "u" * 255
        session.add(long)
        for _ in range(60):
            audit.record(session, Actor("api", HOSTILE), "changed", "101", {"name": ["Alice", HOSTILE]})
        audit.record(session, Actor.slack("U0BOB0001"), "changed NAT")


def test_what_strangers_say_of_themselves_is_cut(admin: LocalUser) -> None:
    shown = "".join(older_pages(admin, "/events"))
    for letter in "apnu":
        assert letter * 79 + "…" in shown
        assert letter * 80 not in shown


@pytest.mark.parametrize("path", PAGES)
def test_text_from_outside_stays_text(admin: LocalUser, path: str) -> None:
    shown = older_pages(admin, path)
    assert HOSTILE not in "".join(shown)
    assert HOSTILE in unescape("".join(shown))


@pytest.mark.parametrize("path", PAGES)
def test_no_row_is_missing_and_none_stands_twice(admin: LocalUser, path: str) -> None:
    rows = [len(re.findall("<tr", shown)) - 1 for shown in older_pages(admin, path)]
    assert len(rows) > 1
    assert sum(rows) == {"/events": 125, "/audit": 62}[path]


@pytest.mark.parametrize("path", PAGES)
def test_days_bound_it_and_what_is_no_day_is_said(admin: LocalUser, path: str) -> None:
    assert "a day is written as" in admin.get(f"{path}?from=yesterday").text
    assert "the last day is before the first" in admin.get(f"{path}?from=2026-02-01&to=2026-01-01").text
    assert "<table" not in admin.get(f"{path}?from=2026-02-01&to=2026-02-02").text
    assert "<table" in admin.get(f"{path}?from={now().date() - timedelta(days=1)}").text


def older_pages(user: LocalUser, path: str) -> list[str]:
    shown = [user.get(path).text]
    while link := re.search(r'id="older"[^>]* href="/extensions([^"]+)"', shown[-1]):
        shown.append(user.get(unescape(link[1])).text)
    return shown


def test_events_name_who_has_the_number_and_only_since_then(admin: LocalUser) -> None:
    assert "</a> Alice" in admin.get("/events?number=101").text
    then = admin.get("/events?number=101&to=2026-01-31").text
    assert "Extension 101 registered" in then
    assert "</a> Alice" not in then


def test_events_of_one_kind_or_one_number_alone(admin: LocalUser) -> None:
    failed = admin.get("/events?kind=security").text
    assert "Failed SIP login as admin from 198.51.100.9 (wrong password)" in failed
    assert 'class="alarming"' in failed
    assert "offline" not in failed
    assert "ringing from +4930" in admin.get("/events?number=%2B4930").text
    assert "Nothing of that has happened" in admin.get("/events?number=150").text


def test_the_end_of_a_call_is_said_in_plain_words(admin: LocalUser) -> None:
    shown = admin.get("/events?number=198").text
    assert "📞 Call ended: went to voicemail<" in shown
    assert "PJSIP" not in shown


def test_the_latest_events_follow_and_older_ones_do_not(admin: LocalUser) -> None:
    assert 'data-live="all"' in admin.get("/events").text
    assert 'data-live="all"' not in admin.get("/events?before=50").text


def test_the_audit_of_one_person_or_number_alone(admin: LocalUser) -> None:
    theirs = admin.get("/audit?actor=slack:U0BOB0001").text
    assert "Only what" in theirs
    assert "changed NAT" in theirs
    assert "changed 101" not in theirs
    assert "changed NAT" not in admin.get("/audit?number=101").text


@pytest.mark.parametrize(
    "query", ["before=x", "before=99999999999999999999", "kind=x", "number=%00", "actor=%F0%9F"]
)
@pytest.mark.parametrize("path", PAGES)
def test_what_nobody_would_type_is_answered_all_the_same(admin: LocalUser, path: str, query: str) -> None:
    assert admin.get(f"{path}?{query}").status_code == 200
