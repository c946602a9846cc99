"""kill -9 while the route for calls out comes or goes: nobody calls out who may not, and the next publish() finishes."""

from __future__ import annotations

import pytest

from pbx.publish import publish
from tests.kills import places
from tests.pbx.extension_driver import contents, create_live, dialplan
from tests.pbx.trunk_driver import Pbx, has_route
from tests.pbx.victim import Victim

KILLS = 10


@pytest.mark.parametrize("comes", [True, False], ids=["it comes", "it goes"])
def test_a_kill_at_any_step_is_mended_by_the_next_publish(
    with_trunk: Pbx, victim: Victim, comes: bool
) -> None:
    before, after = with_trunk.without(), with_trunk.services()
    if not comes:
        before, after = after, before
    create_live(before, "101")
    calls = victim.run(after.settings, "publish", -1)
    wanted = contents(after.settings)
    for place in places(calls, KILLS):
        publish(before)
        assert victim.run(after.settings, "publish", place) == -9
        is_in_file = "_9X." in contents(after.settings)[1].decode()
        assert is_in_file or not dialplan(after, "95550100")
        publish(after)
        assert contents(after.settings) == wanted
        assert has_route(after) == comes
