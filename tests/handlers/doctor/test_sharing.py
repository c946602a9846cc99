"""Examinations of one process: one at a time, shared by those who ask meanwhile."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from handlers.doctor.sharing import OneAtATime


class Lock:
    """A lock that tells of those who come to it."""

    def __init__(self) -> None:
        self.came = threading.Semaphore(0)
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.came.release()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_those_who_ask_while_one_runs_share_the_next_result_of_what_they_asked_for() -> None:
    lock, running, may_end, numbers = Lock(), threading.Event(), threading.Event(), count(1)
    shared = OneAtATime(lock)

    def examine() -> int:
        running.set()
        assert may_end.wait(60)
        return next(numbers)

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(shared.ask, "system", examine)
        assert running.wait(60)
        others = [pool.submit(shared.ask, "system", examine) for _ in range(3)]
        for _ in range(4):
            assert lock.came.acquire(timeout=60)
        may_end.set()
        assert first.result(60) == 1
        assert {each.result(60) for each in others} == {2}
        assert [shared.ask("101", examine), shared.ask("101", examine)] == [3, 4]
