"""Which page of a list is asked for."""

from __future__ import annotations

import pytest

from handlers.slack.command_text import Arguments
from handlers.slack.list_pages import page
from pbx.errors import Refusal


def test_it_is_the_first_or_the_one_that_is_typed() -> None:
    assert page(Arguments((), {})) == 1
    assert page(Arguments((), {"page": "12"})) == 12
    assert page(Arguments((), {"page": "２"})) == 2


@pytest.mark.parametrize("typed", ["0", "-1", "two", "", "1000000", "1.5"])
def test_what_is_no_page_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Refusal, match="page= takes the number of a page"):
        page(Arguments((), {"page": typed}))
