"""What the listener notices of its own jobs, its database and its keys."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from handlers import health
from handlers.alerts import detector
from jobs import Jobs
from models.encryption import SecretCipher
from models.extension import Extension
from pbx import reencrypt
from pbx.services import Services
from tests.factories import holder_of, outbox_texts


def test_a_job_that_fails_is_logged_and_runs_again(quiet: Services, caplog: pytest.LogCaptureFixture) -> None:
    errors: list[Exception] = [ZeroDivisionError("oops"), OperationalError("SELECT", {}, Exception("locked"))]

    def job() -> None:
        if errors:
            raise errors.pop()

    caplog.set_level(logging.WARNING)
    detector = Jobs(quiet, lambda: None).detector
    guarded = detector.guarded(job, lambda _: None)
    for _ in range(2):
        guarded()
    assert detector.failing == {"job": "something is wrong inside Switchhook (ZeroDivisionError)"}
    guarded()
    assert detector.failing == {"job": None}
    database, other = caplog.records
    assert (database.getMessage(), database.exc_info) == ("the database does not answer", None)
    assert (other.getMessage(), other.exc_info is not None) == ("a job failed", True)


def test_a_database_that_is_away_is_logged_once_a_minute_whatever_runs_how_often(
    quiet: Services, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def job() -> None:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    caplog.set_level(logging.WARNING)
    guarded = Jobs(quiet, lambda: None).detector.guarded(job, lambda _: None)
    for _ in range(50):
        guarded()
    assert len(caplog.records) == 1
    a_minute_later = time.monotonic() + 61
    monkeypatch.setattr(detector, "time", SimpleNamespace(monotonic=lambda: a_minute_later))
    for _ in range(50):
        guarded()
    assert len(caplog.records) == 2


def test_another_secret_key_than_the_phones_is_reported_also_by_readyz(quiet: Services) -> None:
    with quiet.database.session() as session:
        encrypted = quiet.cipher.encrypt(SecretStr("a-phones-secret"))
        session.add(Extension(number="101", name="Alice", codecs=["ulaw"], encrypted_secret=encrypted))
    other = replace(
        quiet, cipher=SecretCipher([SecretStr("another key for tests with 32 characters or more")])
    )
    app = Flask("ready")
    app.register_blueprint(health.blueprint(other))
    assert "no key in SECRET_KEY opens" in app.test_client().get("/readyz").get_json()["secrets"]
    jobs = Jobs(other, lambda: None)
    detector, jobs._holder = jobs.detector, holder_of(other)
    detector._holder = jobs._holder
    detector.note_secrets(reencrypt.key_conflict(other))
    detector.report(jobs._as_holder)
    assert any("The phones' passwords cannot be read" in text for _, text in outbox_texts(other))
    assert reencrypt.key_conflict(quiet) is None
