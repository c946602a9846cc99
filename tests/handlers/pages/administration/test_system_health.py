"""The page of health, with a real Asterisk whose modules, files and absence it tells of."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest

from models.database import Database
from models.incident import Incident
from models.types import now
from tests.asterisk_bed import Asterisk
from tests.handlers.pages.signing_in import PageUser
from tests.server import Switchhook


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def test_a_glance_examines_nothing_and_shows_no_secret(admin: PageUser, switchhook: Switchhook) -> None:
    shown = admin.get("/health").text
    assert "Run the doctor" in shown
    assert "✅ All right" in shown
    silent = ("nothing is heard of one right now", "none runs")  # the second after a quarter of a minute
    assert any(f"{each}: systemctl start switchhook-listener" in shown.lower() for each in silent)
    assert "What was checked" not in shown
    assert 'data-live="all"' in shown
    assert "<code>AMI_SECRET</code>" in shown
    for name in ("SECRET_KEY", "AMI_SECRET", "SLACK_BOT_TOKEN", "DATABASE_URL"):
        assert switchhook.environment[name] not in shown


def test_the_doctor_says_what_is_wrong_and_mends_what_it_can(admin: PageUser, asterisk: Asterisk) -> None:
    asterisk.cli("module unload res_pjsip_registrar.so")
    shown = unescape(admin.get("/health?run=1").text)
    assert "The doctor found" in shown
    assert 'data-live="all"' not in shown
    assert "What to do:" in shown
    assert "Load the modules" in shown
    assert "Asterisk has loaded" in admin.post("/health/fix/load-modules").text
    assert "Running" in asterisk.cli("module show like res_pjsip_registrar")
    assert "had the doctor load-modules" in admin.get("/audit").text
    for name in ("nothing", "enable", "verify"):  # the last two are of one extension
        assert admin.post(f"/health/fix/{name}").status_code == 404


def test_drift_is_looked_for_at_a_button(admin: PageUser, switchhook: Switchhook, asterisk: Asterisk) -> None:
    switchhook.flask("ext", "create", "101", "--name=Alice")
    assert "No drift" in admin.get("/health?drift=1").text
    path = asterisk.config_dir / "pjsip.conf"
    path.write_text(path.read_text().replace("max_contacts=1", "max_contacts=7"))
    shown = admin.get("/health?drift=1").text
    assert "from what the database says" in shown
    assert "101" in shown


def test_incidents_that_are_open_are_told(admin: PageUser, database: Database) -> None:
    with database.session() as session:
        session.add(
            Incident(subject="voicemail", details={"1": "<b>no room</b>"}, notified_at=now(), resolved=False)
        )
        session.add(Incident(subject="of another version", notified_at=now(), resolved=False))
        session.add(Incident(subject="calls_out", notified_at=now(), resolved=True))
    shown = admin.get("/health").text
    assert "Recordings of voicemail do not reach Slack" in shown
    assert "&lt;b&gt;no room" in shown
    assert "Calls out by OUTBOUND_TRUNK" not in shown


def test_without_asterisk_the_page_says_so(admin: PageUser, asterisk: Asterisk) -> None:
    asterisk.stop()
    try:
        assert "Asterisk was not asked" in admin.get("/health?drift=1").text
    finally:
        asterisk.start()
