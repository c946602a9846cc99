"""Which of the two counts, in words."""

from __future__ import annotations

from pbx.settling.decision import Decision, Side
from tests.slash_commands import TESTER


def test_it_says_what_becomes_of_phones_and_for_which_the_other_one_counts() -> None:
    assert str(Decision(Side.DATABASE, TESTER)) == "phones become what the database has"
    assert (
        str(Decision(Side.ASTERISK, TESTER, ("101", "102")))
        == "phones stay as Asterisk has them, but for 101, 102"
    )
