"""Slack, on days when Asterisk or the disk does not play along."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests import one_server
from tests.asterisk_bed import Asterisk, Phone
from tests.asterisk_bed.process import end
from tests.server import Switchhook
from tests.slack_stand_in import SlackUser
from tests.slash_commands import say, secret_in
from tests.waiting import wait_for

folder, asterisk, database_url = one_server.folder, one_server.asterisk, one_server.database_url
slack, switchhook, admin = one_server.slack, one_server.switchhook, one_server.admin
more_environment = one_server.more_environment


def test_extensions_saved_while_asterisk_is_down_go_live_by_themselves(
    admin: SlackUser, asterisk: Asterisk, switchhook: Switchhook
) -> None:
    asterisk.kill()
    answer = say(admin, "create 101 Alice")
    assert "🕓 Extension 101 for Alice is saved, not live yet. Asterisk's manager interface at" in answer
    secret = secret_in(answer)
    guest = SlackUser(admin.stand_in, switchhook.url, user_id="U0GUEST")
    told = {asked: say(guest, asked) for asked in ("status 101", "list", "presence", "presence 101")}
    assert "manager" not in "".join(told.values())
    assert all("The phone system does not answer right now" in told[each] for each in [*told][1:])
    assert say(admin, "list").count("manager interface") == 1
    asterisk.start()
    listener = switchhook.listen()
    wait_for(lambda: "🕓" not in say(admin, "status 101"))
    end(listener)
    with Phone("101", secret, asterisk.sip_domain) as phone:
        phone.register()


def test_a_missing_file_is_named_with_its_remedy_and_nothing_is_lost(
    admin: SlackUser, asterisk: Asterisk
) -> None:
    path = asterisk.config_dir / "pjsip.conf"
    path.rename(path.with_suffix(".away"))
    answer = say(admin, "create 102 Alice")
    assert "🕓 Extension 102 for Alice is saved, not live yet." in answer
    assert f"{path} does not exist: check ASTERISK_CONFIG_DIR" in answer
    path.with_suffix(".away").rename(path)
    assert "verified in Asterisk" in say(admin, "verify 102")


def _create(admin: SlackUser, number: int) -> str:
    return say(admin, f"create {number} Person {number}")


def test_a_hundred_creates_at_once_share_a_handful_of_reloads(admin: SlackUser, asterisk: Asterisk) -> None:
    before = asterisk.reload_counts()
    with ThreadPoolExecutor(100) as everybody:
        answers = list(everybody.map(partial(_create, admin), range(300, 400)))
    assert [answer for answer in answers if "is ready for" not in answer] == []
    after = asterisk.reload_counts()
    assert after["res_pjsip.so"] - before.get("res_pjsip.so", 0) <= 25
    assert after["pbx_config.so"] - before.get("pbx_config.so", 0) <= 1
    endpoints = asterisk.cli("pjsip show endpoints")
    hints = asterisk.cli("core show hints")
    for number in range(300, 400):
        assert f"Endpoint:  {number}/{number}" in endpoints
        assert f"{number}@from-internal" in hints
