"""Who is in an answered call, and what is known of it when Asterisk is not."""

from __future__ import annotations

from pbx.talking import Talking


def test_before_asterisk_was_asked_nothing_is_known() -> None:
    talking = Talking()
    assert (talking.numbers, talking.is_current) == (None, False)


def test_news_wake_whoever_waits_and_repetitions_do_not() -> None:
    talking = Talking()
    talking.hear(frozenset({"101"}))
    assert talking.changed.is_set()
    talking.changed.clear()
    talking.hear(frozenset({"101"}))
    assert not talking.changed.is_set()
    talking.unheard()
    assert (talking.numbers, talking.is_current) == (frozenset({"101"}), False)
    talking.hear(frozenset({"101"}))
    assert talking.changed.is_set()


def test_without_asterisk_nobody_talks() -> None:
    talking = Talking()
    talking.hear(frozenset({"101"}))
    talking.nobody()
    assert (talking.numbers, talking.is_current) == (frozenset(), False)
