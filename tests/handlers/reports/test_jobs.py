from __future__ import annotations

import threading
from collections.abc import Callable

from handlers.reports.jobs import ReportJobs
from models import listening
from pbx.services import Services
from pbx.talking import Talking
from tests.factories import holder_of


def noted(services: Services) -> bool:
    with services.database.session() as session:
        return listening.last(session) is not None


def carry_out(step: Callable[[], object]) -> None:
    step()


def test_only_who_hears_asterisk_notes_that_somebody_listens(quiet: Services) -> None:
    talking = Talking()
    jobs = ReportJobs(quiet, holder_of(quiet), carry_out, threading.Event(), talking)
    jobs.note_listening()
    assert not noted(quiet)
    talking.hear(frozenset())
    jobs.note_listening()
    assert noted(quiet)
