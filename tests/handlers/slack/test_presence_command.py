"""`/ext presence`, and the lamp in the answers of others."""

from __future__ import annotations

from handlers.slack import list_messages, presence_command
from pbx.hint_states import Hint, HintState, Presence
from tests.slack_stand_in import SlackUser
from tests.slash_commands import say


def test_everybody_may_look_at_the_lamps(admin: SlackUser, guest: SlackUser) -> None:
    say(admin, "create 160 Peggy")
    lamp = "160 (Peggy): ⚫ unavailable, watched by nobody"
    assert f"{lamp} · PJSIP/160 in from-internal" in say(admin, "presence")
    said = say(guest, "presence")
    assert lamp in said
    assert "from-internal" not in said
    one = say(guest, "presence １６０")
    assert "1 hint: 1 unavailable; 0 watched" in one
    assert "The phones of 160 watch nothing." in one
    assert "Asterisk has no hint for 199" in say(guest, "presence 199")
    assert "That takes one number, or none: /ext presence 101" in say(guest, "presence 160 161")


def test_verify_shows_the_lamp_and_status_only_one_that_somebody_watches(admin: SlackUser) -> None:
    say(admin, "create 161 Ruth")
    assert "Busy lamp (BLF): ⚫ unavailable, watched by nobody" in say(admin, "verify 161")
    assert "Busy lamp" not in say(admin, "status 161")


def test_a_long_list_is_cut_and_says_so() -> None:
    found = Presence((Hint("101", "x", "PJSIP/101", HintState.IDLE),) * (list_messages.MAX_LINES + 3))
    (*_, last) = presence_command.presence(found, None).blocks
    assert last["elements"][0]["text"] == "… and 3 more: `/ext presence 101` shows one of them"
