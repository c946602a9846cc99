"""What is dear to find out is looked for by one at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest

from handlers.api.latest import Latest


def test_it_is_kept_for_some_seconds() -> None:
    numbers = count(1)
    kept, passing = Latest(lambda: next(numbers), 3600, 0), Latest(lambda: next(numbers), -1, 0)
    assert [kept.get(), kept.get()] == [1, 1]
    assert [passing.get(), passing.get()] == [2, 3]


def test_while_one_looks_again_others_get_what_was_found_before() -> None:
    numbers, goes_on, begun = count(1), Event(), Event()

    def look() -> int:
        number = next(numbers)
        if number > 1:
            begun.set()
            assert goes_on.wait(60)
        return number

    latest = Latest(look, -1, 3600)
    assert latest.get() == 1
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(latest.get)
        assert begun.wait(60)
        try:
            assert [latest.get(), latest.get()] == [1, 1]
        finally:
            goes_on.set()
        assert looking.result(60) == 2
    assert latest.get() == 3


def test_what_is_too_old_is_told_to_nobody_and_who_asks_waits() -> None:
    numbers, goes_on, begun = count(1), Event(), Event()

    def look() -> int:
        number = next(numbers)
        if number == 2:
            begun.set()
            assert goes_on.wait(60)
        return number

    latest = Latest(look, -1, 0)
    assert latest.get() == 1
    with ThreadPoolExecutor(2) as pool:
        looking = pool.submit(latest.get)
        assert begun.wait(60)
        waiting = pool.submit(latest.get)
        goes_on.set()
        assert (looking.result(60), waiting.result(60)) == (2, 3)


def test_who_comes_during_the_first_look_waits_for_it_and_none_looks_twice() -> None:
    numbers, goes_on = count(1), Event()

    def look() -> int:
        assert goes_on.wait(60)
        return next(numbers)

    latest = Latest(look, 3600, 0)
    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(latest.get) for _ in range(8)]
        goes_on.set()
        assert {each.result(60) for each in asking} == {1}


def test_what_goes_wrong_is_told_and_looked_for_again() -> None:
    found = iter([None, 7])

    def look() -> int:
        number = next(found)
        if number is None:
            raise OSError("not there")
        return number

    latest = Latest(look, 3600, 0)
    with pytest.raises(OSError, match="not there"):
        latest.get()
    assert latest.get() == 7
