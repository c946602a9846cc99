"""A database with the tables alone, and what receives deliveries into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import SQLModel, col, select

from handlers.hr import receive as receiving
from handlers.hr.receive import Answer, receive
from handlers.refusal_log import RefusalLog
from models.database import Database
from models.encryption import SecretCipher
from models.hr_delivery import HrDelivery
from pbx.services import Services
from settings import Settings
from tests.handlers.hr.signing import KEYS, NOW, SETTINGS, example
from tests.hr_stand_in import HrStandIn
from tests.server import TEST_KEY


def settings_with(**values: str) -> Settings:
    """Settings as the environment would give them, and no .env."""
    return Settings(_env_file=None, secret_key=TEST_KEY, **values)  # type: ignore[arg-type]


ALL_KEYS = {SETTINGS[source]: key for source, key in KEYS.items()}
BOB_ID = "3332883854254932743"


@dataclass
class Receiver:
    """Calls receive() with settings, database and clock in place."""

    settings: Settings
    database: Database

    @property
    def services(self) -> Services:
        return Services(self.settings, self.database, SecretCipher(self.settings.secret_key))

    def deliver(self, source: str, headers: Mapping[str, str], body: bytes, *, now: datetime = NOW) -> Answer:
        return receive(self.services, source, headers, body, now)

    def deliver_example(self, file: str) -> Answer:
        source, body, headers = example(file)
        return self.deliver(source, headers, body)

    def rows(self) -> list[HrDelivery]:
        with self.database.session() as session:
            return list(session.exec(select(HrDelivery).order_by(col(HrDelivery.id))))


def opened(path: Path) -> Database:
    path.touch()
    database = Database(f"sqlite:///{path}")
    SQLModel.metadata.create_all(database.engine)
    return database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    built = opened(tmp_path / "hr.db")
    yield built
    built.close()


@pytest.fixture
def receiver(database: Database) -> Receiver:
    return Receiver(settings_with(**ALL_KEYS), database)


@pytest.fixture(scope="module")
def module_receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """One for tests that deliver thousands of times."""
    database = opened(tmp_path_factory.mktemp("hr") / "hr.db")
    yield Receiver(settings_with(**ALL_KEYS), database)
    database.close()


@pytest.fixture(autouse=True)
def _nothing_refused_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "refusals", RefusalLog(receiving.log, "HR deliveries refused"))


@pytest.fixture
def hr() -> Iterator[HrStandIn]:
    with HrStandIn() as running:
        running.hire_in_bamboo(
            "67890",
            displayName="Zoë Müller",
            workEmail="zoe@example.com",
            department="Sales",
            hireDate="2026-03-01",
            workPhoneExtension="142",
        )
        running.hire_in_bob(
            BOB_ID,
            root_displayName="Noa Levi",
            root_email="noa@example.com",
            work_department=("209192163", "R&D"),
            work_startDate="2026-02-01",
        )
        yield running
