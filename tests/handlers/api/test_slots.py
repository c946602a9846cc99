"""Programs that ask too much at once are told so, and keep nobody in Slack waiting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

from handlers.api.slots import SLOTS
from tests.asterisk_bed import Asterisk
from tests.handlers.api.client import ApiClient
from tests.slack_stand_in import SlackUser

AT_ONCE = 60
WORKED_ON = 2 * SLOTS  # two web processes


def test_slack_finds_a_thread_while_all_that_the_api_may_take_wait_for_asterisk(
    asterisk: Asterisk, api: ApiClient, admin: SlackUser
) -> None:
    api.create("150")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asterisk.freeze()
        try:
            asked = [pool.submit(api, "GET", "/extensions/number:150/verify") for _ in range(AT_ONCE)]
            answered = (each.result() for each in as_completed(asked))
            at_once = list(islice(answered, AT_ONCE - WORKED_ON))
            assert admin.command("/ext", "help").status == 200
        finally:
            asterisk.thaw()
        assert {(each.status_code, each.headers.get("Retry-After")) for each in at_once} == {(503, "1")}
        assert "send this again" in at_once[0].json()["detail"]
    assert api("GET", "/extensions/number:150/verify").status_code == 200
