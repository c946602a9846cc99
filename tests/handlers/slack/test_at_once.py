"""One person's commands that only look are answered a few at a time."""

from __future__ import annotations

import pytest

from handlers.slack.at_once import AtOnce
from pbx.errors import Refusal


def test_one_more_than_may_be_is_refused_until_one_is_done() -> None:
    at_once = AtOnce(most=2)
    with at_once.one_of("U1"):
        with at_once.one_of("U1"):
            with (
                pytest.raises(Refusal, match="2 of your commands are still being answered"),
                at_once.one_of("U1"),
            ):
                pass
            with at_once.one_of("U2"):
                pass
        with at_once.one_of("U1"):
            pass


def test_one_that_fails_counts_no_more() -> None:
    at_once = AtOnce(most=1)
    with pytest.raises(ZeroDivisionError), at_once.one_of("U1"):
        raise ZeroDivisionError
    with at_once.one_of("U1"):
        pass
    assert not at_once._under_way
