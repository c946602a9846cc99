"""What an older database differs in, and what to do about it."""

from __future__ import annotations

from handlers import put_back_wording
from pbx.settling.decision import Decision, Side
from pbx.settling.settle import Unsettled
from tests.slash_commands import TESTER


def test_it_names_the_commands_that_settle_it_or_the_one_that_goes_on_with_what_is_begun() -> None:
    *_, both = put_back_wording.lines(Unsettled("why"))
    assert "flask settle asterisk keeps phones" in both
    begun = Decision(Side.ASTERISK, TESTER, ("101",))
    *_, one = put_back_wording.lines(Unsettled("why", begun=begun))
    assert one.startswith(
        "It was decided that phones stay as Asterisk has them, but for 101, and that is not"
    )
    assert one.endswith("/flask settle asterisk --but=101 carries it out")
