"""The threads that carry out requests of Slack's."""

from __future__ import annotations

import threading

from handlers.slack.executor import WORKERS, RequestExecutor
from models import inbox
from models.inbox import Claim, InboxRequest
from pbx.services import Services
from tests.waiting import wait_for


def stored(services: Services, name: str) -> Claim:
    row = InboxRequest(body_hash=name, kind="command", request_id="r", claim="p")
    with services.database.session() as session:
        return inbox.add(session, services.cipher, row, "{}")


def test_who_looks_does_not_wait_behind_somebodys_many_changes(quiet: Services) -> None:
    executor, is_over, has_looked = RequestExecutor(quiet.database), threading.Event(), threading.Event()
    try:
        with executor.working(stored(quiet, "changes")):
            for _ in range(WORKERS + 1):
                executor.submit(is_over.wait)
        with executor.working(stored(quiet, "look"), is_look=True):
            executor.submit(has_looked.set)
        wait_for(has_looked.is_set)
    finally:
        is_over.set()
        executor.shutdown()
