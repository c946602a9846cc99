"""A migrated database for every test, copied from one that is migrated once; systems on any Asterisk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pbx import advice, listening, numbers
from pbx.adoption import adopt_preview
from pbx.publishing import verify
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.trunk_driver import TRUNK, Pbx
from tests.pbx.victim import Victim
from tests.server import settings_for

ServicesOn = Callable[..., Services]


@pytest.fixture
def asterisk(fresh_asterisk: Asterisk) -> Asterisk:
    """One for all tests, reset for each; override it where Asterisk's own log or transports must be of one test."""
    return fresh_asterisk


@pytest.fixture
def services_on(database_url: str) -> Iterator[ServicesOn]:
    """Makes a system on this Asterisk and the test's database, with more settings."""
    made: list[Services] = []

    def make(asterisk: Asterisk, **more: str) -> Services:
        made.append(Services.of(settings_for(asterisk, database_url, **more)))
        return made[-1]

    yield make
    for services in made:
        services.database.close()


@pytest.fixture
def folder_asterisk(folder: Path, services_on: ServicesOn) -> Iterator[ServicesOn]:
    """Makes a system on an Asterisk with these files, then `**more` settings."""
    started: list[Asterisk] = []

    def make(pjsip_conf: str | None = None, extensions_conf: str | None = None, **more: str) -> Services:
        asterisk = Asterisk(folder / "hand", pjsip_conf=pjsip_conf, extensions_conf=extensions_conf)
        asterisk.start()
        started.append(asterisk)
        return services_on(asterisk, **more)

    yield make
    for asterisk in started:
        asterisk.close()


@pytest.fixture
def pbx(asterisk: Asterisk, services_on: ServicesOn) -> Pbx:
    return Pbx(asterisk, services_on)


@pytest.fixture
def with_trunk(pbx: Pbx) -> Pbx:
    pbx.write("pjsip.conf", TRUNK)
    return pbx


@pytest.fixture(scope="module")
def victim(shared_asterisk: Asterisk) -> Iterator[Victim]:
    made = Victim(shared_asterisk)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left out where Asterisk does not answer people soon is waited for here: the machine may be busy."""
    monkeypatch.setattr(numbers, "AMI_TIMEOUT_SECONDS", 30.0)
    monkeypatch.setattr(adopt_preview, "AMI_TIMEOUT_SECONDS", 30.0)
    monkeypatch.setattr(advice, "TIMEOUT_SECONDS", 30.0)
    monkeypatch.setattr(listening, "TIMEOUT_SECONDS", 30.0)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusals come sooner; an Asterisk as small as the bed's has reloaded long before it answers."""
    monkeypatch.setattr(verify, "TIMEOUT_SECONDS", 1.0)
