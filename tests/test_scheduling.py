"""How the jobs of `flask listen` run: by the clock or when woken, one run of each at a time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from apscheduler.events import EVENT_JOB_MAX_INSTANCES

import scheduling
from scheduling import Job, JobRunner
from tests.waiting import SECONDS, wait_for

LONG_AGO = 3600.0  # a period after which nothing in a test happens


class Runs:
    """Counts the runs of a job, which wait at a gate."""

    def __init__(self) -> None:
        self.count = 0
        self.gate = threading.Event()

    def slow(self) -> None:
        gate = self.gate  # of this run; the next may have another
        self.count += 1
        assert gate.wait(SECONDS)


@pytest.fixture
def runs() -> Runs:
    return Runs()


@pytest.fixture
def start(runs: Runs) -> Iterator[Callable[[Job], JobRunner]]:
    runners: list[JobRunner] = []

    def started(job: Job) -> JobRunner:
        runners.append(JobRunner([job]))
        runners[-1].start()
        return runners[-1]

    yield started
    runs.gate.set()
    for runner in runners:
        runner.stop()
        runner.shut_down()


def overruns(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.job for record in caplog.records if record.getMessage() == "a job overruns"]  # type: ignore[attr-defined] # what `extra` named


@pytest.mark.parametrize(("long_run", "logged"), [(0.0, ["slow"]), (LONG_AGO, [])])
def test_a_long_run_of_a_job_that_is_due_again_is_logged_once(
    long_run: float,
    logged: list[str],
    runs: Runs,
    start: Callable[[Job], JobRunner],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scheduling, "LONG_RUN", long_run)
    caplog.set_level(logging.WARNING, "switchhook")
    skipped: list[str] = []
    runner = start(Job(runs.slow, 0.01))
    runner._scheduler.add_listener(lambda event: skipped.append(event.job_id), EVENT_JOB_MAX_INSTANCES)
    wait_for(lambda: len(skipped) > 3 and runs.count)
    assert overruns(caplog) == logged
    assert runs.count == 1
    runs.gate.set()
    wait_for(lambda: runs.count > 1)


def test_each_long_run_of_a_job_is_logged(
    runs: Runs,
    start: Callable[[Job], JobRunner],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scheduling, "LONG_RUN", 0.0)
    caplog.set_level(logging.WARNING, "switchhook")
    start(Job(runs.slow, 0.01))
    for count in (1, 2):
        wait_for(lambda: len(overruns(caplog)) == runs.count == count)  # noqa: B023 (called at once)
        gate, runs.gate = runs.gate, threading.Event()
        gate.set()


def test_a_job_with_a_thread_runs_at_once_when_woken_also_while_it_runs(
    runs: Runs, start: Callable[[Job], JobRunner]
) -> None:
    wake = threading.Event()
    start(Job(runs.slow, LONG_AGO, wake))
    wait_for(lambda: runs.count == 1)
    wake.set()
    assert runs.count == 1
    runs.gate.set()
    wait_for(lambda: runs.count == 2)
    wake.set()
    wait_for(lambda: runs.count == 3)


def test_a_job_with_a_thread_runs_again_after_its_period(
    runs: Runs, start: Callable[[Job], JobRunner]
) -> None:
    runs.gate.set()
    start(Job(runs.slow, 0.01, threading.Event()))
    wait_for(lambda: runs.count > 2)


def test_a_periodic_job_can_be_run_before_it_is_due(runs: Runs, start: Callable[[Job], JobRunner]) -> None:
    runs.gate.set()
    runner = start(Job(runs.slow, LONG_AGO))
    wait_for(lambda: runs.count == 1)

    def ran_again() -> bool:
        runner.run_now("slow")  # once more where the first run had not ended
        return runs.count > 1

    wait_for(ran_again)


def test_a_clock_that_is_set_back_stops_no_periodic_job(
    runs: Runs, start: Callable[[Job], JobRunner], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(time=time.time, monotonic=time.monotonic)
    monkeypatch.setattr(scheduling, "time", clock)
    monkeypatch.setattr(scheduling, "LOOK_SECONDS", 0.05)
    runs.gate.set()
    runner = start(Job(runs.slow, LONG_AGO))
    wait_for(lambda: runs.count == 1 and not runner.under_way())
    clock.time = lambda: time.time() - 100.0
    wait_for(lambda: runs.count == 2)


def test_stopping_waits_for_runs_and_begins_no_more(runs: Runs) -> None:
    ended: list[None] = []

    def work() -> None:
        runs.slow()
        ended.append(None)

    runner = JobRunner([Job(runs.slow, 0.01), Job(work, 0.01, threading.Event())])
    runner.start()
    wait_for(lambda: runs.count == 2)
    stopping = threading.Thread(target=runner.stop)
    stopping.start()
    wait_for(runner._stopping.is_set)
    runs.gate.set()
    stopping.join()
    runner.shut_down()
    assert len(ended) == 1
    count = runs.count
    time.sleep(0.05)
    assert runs.count == count


@pytest.mark.parametrize("wake", [None, threading.Event()])
def test_one_job_goes_on_while_the_others_end(wake: threading.Event | None, runs: Runs) -> None:
    beats: list[None] = []

    def beat() -> None:
        beats.append(None)

    runner = JobRunner([Job(runs.slow, LONG_AGO), Job(beat, 0.01, wake)])
    runner.start()
    wait_for(lambda: runs.count == 1)
    stopping = threading.Thread(target=runner.stop, args=("beat",))
    stopping.start()
    wait_for(runner._stopping.is_set)
    assert "slow" in runner.under_way()
    before = len(beats)
    wait_for(lambda: len(beats) > before + 2)
    runs.gate.set()
    stopping.join()
    runner.shut_down()
