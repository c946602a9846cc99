"""Signs of life end with the work."""

from __future__ import annotations

import threading
import time

import pytest

from models import heartbeat


def test_no_sign_of_life_is_still_on_its_way_when_the_work_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "RENEW_SECONDS", 0.001)
    begun, ended = threading.Event(), []

    def note() -> None:
        begun.set()
        time.sleep(0.05)
        ended.append(True)

    with heartbeat.beating(note):
        begun.wait()
    assert ended
