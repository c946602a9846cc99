"""While the database cannot be written, all pages can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape

import pytest
from sqlmodel import select, update

from handlers.pages import visitor
from handlers.pages.administration import system_health
from models import database, web_session
from models.patience import Patience
from models.types import now
from models.web_session import WebSession
from pbx.doctor import disk_checks
from pbx.services import Services
from tests.database_lock import write_locked
from tests.handlers.pages.attack_bed import Bed, bed
from tests.handlers.pages.local_page import app, csrf_of, offered, shared_app, system

__all__ = ["app", "bed", "offered", "shared_app", "system"]
TYPED = "203.0.113.99"
SAID = "That is done."


@pytest.fixture(scope="module", autouse=True)
def _is_hasty() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(database, "SQLITE_BUSY_MS", 50)
        yield


def test_a_locked_database_is_read_and_what_is_to_be_said_is_said_until_it_can_be_noted(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitor, "BRIEF", Patience(lock=1, statement=0))
    an_hour_ago = now() - timedelta(hours=1)
    with bed.services.database.session() as session:
        for each in session.exec(select(WebSession.id)).all():
            web_session.add_notice(session, each or 0, "done", SAID)
        session.exec(update(WebSession).values(seen_at=an_hour_ago))
    with write_locked(bed.services):
        for path in ("", "/101", "/events", "/health"):
            answer = bed.alice.get(f"/extensions{path}")
            assert (answer.status_code, SAID in answer.text) == (200, True), path
    assert _seen_last(bed.services) == an_hour_ago
    assert [SAID in bed.alice.get("/extensions").text for _ in range(2)] == [True, False]
    assert _seen_last(bed.services) > an_hour_ago


@pytest.mark.parametrize(
    ("path", "field"),
    [("/new", "name"), ("/101/edit", "name"), ("/nat", "media")],
)
def test_what_was_typed_is_kept_where_it_cannot_be_saved(bed: Bed, path: str, field: str) -> None:
    page = bed.alice.get(f"/extensions{path}").text
    sent = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', page)) | {"transport": "udp", field: TYPED}
    with write_locked(bed.services):
        answer = bed.alice.post(f"/extensions{path}", data=sent)
    assert (answer.status_code, "keeps it locked" in answer.text, f'value="{TYPED}"' in answer.text) == (
        503,
        True,
        True,
    )


def test_who_signs_out_is_signed_out_in_this_browser(bed: Bed) -> None:
    token = csrf_of(bed.alice)
    with write_locked(bed.services):
        answer = bed.alice.post("/extensions/sign-out", data={"csrf": token})
    assert answer.status_code == 303
    assert bed.alice.get("/extensions").status_code == 303


def _seen_last(services: Services) -> datetime:
    with services.database.session() as session:
        return max(session.exec(select(WebSession.seen_at)))


def test_health_says_that_nothing_can_be_written_and_blames_nobody_else(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_health, "PATIENCE", Patience(lock=1, statement=0))
    monkeypatch.setattr(disk_checks, "MIN_BYTES", 2**63)
    with write_locked(bed.services):
        glance = _glance(bed)
        shown = unescape(bed.alice.get("/extensions/health").text)
    assert "keeps it locked" in glance.parts["Database"]
    assert glance.parts["Listener"] == system_health.NOT_KNOWN
    assert "are left: make room" in shown
    assert _glance(bed).parts["Database"] == ""


def _glance(bed: Bed) -> system_health.Glance:
    with bed.app.app_context():
        return system_health.glance(bed.services)
