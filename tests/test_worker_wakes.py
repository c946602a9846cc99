"""Jobs of `flask listen` that wake each other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs import Jobs
from models import outbox
from models.types import now
from pbx.services import Services
from tests.factories import insert_extension
from tests.pbx.listener_driver import contact
from tests.pbx.scripted_pbx import ScriptedPbx
from tests.waiting import SECONDS


@pytest.fixture
def pbx() -> Iterator[ScriptedPbx]:
    with ScriptedPbx() as running:
        yield running


def wakes(jobs: Jobs) -> dict[str, threading.Event]:
    return {job.name: job.wake for job in jobs.table() if job.wake}


def test_stored_events_wake_the_writing_of_alerts_and_that_wakes_the_poster(
    quiet: Services, pbx: ScriptedPbx
) -> None:
    insert_extension(quiet, "101")
    pbx.contacts = [contact("101")]
    settings = quiet.settings.model_copy(update={"ami_port": pbx.port})
    jobs = Jobs(replace(quiet, settings=settings), lambda: None)
    jobs.hold_lease()
    thread = threading.Thread(target=jobs.listen)
    thread.start()
    try:
        assert wakes(jobs)["write_alerts"].wait(SECONDS)
        assert not wakes(jobs)["post"].is_set()
        jobs.write_alerts()
        assert wakes(jobs)["post"].is_set()
    finally:
        jobs.stop()
        thread.join()


@pytest.mark.parametrize("waits", [True, False])
def test_the_poster_is_woken_again_while_a_message_waits(quiet: Services, waits: bool) -> None:
    jobs = Jobs(quiet, lambda: None)
    jobs.hold_lease()
    jobs.stop()  # no pauses
    jobs.listen()  # finds no Asterisk
    if waits:
        with quiet.database.session() as session:
            row = outbox.enqueue(session, "C0PHONES", "call:9", {})
            row.next_try_at = now() + timedelta(seconds=50)
    jobs.post()
    assert wakes(jobs)["post"].is_set() == waits
    jobs.end()
