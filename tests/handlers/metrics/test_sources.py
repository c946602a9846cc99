"""A source that does not answer holds no scrape up for long, and no more than one thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from handlers.metrics import sources
from handlers.metrics.sources import Source
from pbx.errors import AsteriskUnavailable
from tests.waiting import SECONDS, wait_for

FIGURES = [GaugeMetricFamily("switchhook_x", "A figure.", value=1)]


class Hanging:
    """What hangs until it is told to go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.asked = 0

    def ask(self) -> list[Metric]:
        self.asked += 1
        self.go_on.wait()
        return list(FIGURES)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    monkeypatch.setattr(sources, "SECONDS", 0.05)
    made = Hanging()
    yield made
    made.go_on.set()


def test_what_hangs_is_left_out_and_not_asked_again_while_it_does(hanging: Hanging) -> None:
    source = Source("hanging", hanging.ask)
    assert [source.figures() for _ in range(3)] == [None] * 3
    wait_for(lambda: hanging.asked)
    assert hanging.asked == 1


def test_what_answers_again_is_asked_anew(hanging: Hanging, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source("hanging", hanging.ask)
    assert source.figures() is None
    monkeypatch.setattr(sources, "SECONDS", SECONDS)
    hanging.go_on.set()
    assert source.figures() == FIGURES
    assert source.figures() == FIGURES
    assert hanging.asked >= 2


def test_an_error_leaves_it_out() -> None:
    def ask() -> list[Metric]:
        raise AsteriskUnavailable("it is away")

    assert Source("asterisk", ask).figures() is None
