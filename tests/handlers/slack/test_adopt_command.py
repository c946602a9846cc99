"""`/ext adopt` and `/ext release` show first, and a button does it."""

from __future__ import annotations

from handlers.slack.command_buttons import command_button
from tests.asterisk_bed import Asterisk
from tests.handlers.hand_written import write_phone
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slash_commands import say


def press(user: SlackUser, text: str, action_id: str) -> str:
    """Return what Slack shows after `/ext <text>` and a click on the button."""
    (message,) = user.replies(user.command("/ext", text))
    return as_text(user.replies(user.click(message, action_id))[-1])


def test_a_phone_is_adopted_and_given_back_by_a_button(
    admin: SlackUser, guest: SlackUser, asterisk: Asterisk
) -> None:
    write_phone(asterisk, "171")
    before = (asterisk.config_dir / "pjsip.conf").read_bytes()
    shown = say(admin, "adopt 171")
    assert "171 (Extension 171): Context from-internal, ulaw. Kept as it is: set_var (endpoint)" in shown
    assert "4711" not in shown
    assert (asterisk.config_dir / "pjsip.conf").read_bytes() == before
    assert "Everything stays as it is." in press(admin, "adopt 171", "ext_keep")
    assert "Only phone admins can" in say(guest, "adopt 171")
    assert "✅ Adopted, and verified in Asterisk: 171 (Extension 171)." in press(
        admin, "adopt 171", "ext_adopt"
    )
    assert "set_var (endpoint)" in say(admin, "status 171")
    assert "Your lines come back, byte for byte: 171." in say(admin, "release 171")
    assert "✅ Yours again, registered or not as before: 171." in press(admin, "release 171", "ext_release")
    assert "none of Switchhook's extensions" in say(admin, "status 171")


def test_a_button_in_a_window_is_answered_there(
    admin: SlackUser, slack: SlackStandIn, asterisk: Asterisk
) -> None:
    write_phone(asterisk, "174")
    button = command_button("Adopt", "adopt 174")
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
    admin.click(home, button["action_id"])
    asked = slack.wait_until(lambda: next((each for each in slack.windows() if "174" in as_text(each)), None))
    admin.click(asked, "ext_adopt")
    slack.wait_until(
        lambda: "✅ Adopted, and verified in Asterisk: 174" in as_text(slack.workspace.views[asked["id"]])
    )


def test_a_button_of_files_that_were_edited_since_does_nothing(admin: SlackUser, asterisk: Asterisk) -> None:
    write_phone(asterisk, "172")
    (message,) = admin.replies(admin.command("/ext", "adopt 172"))
    write_phone(asterisk, "173")
    answer = as_text(admin.replies(admin.click(message, "ext_adopt"))[-1])
    assert "The files have been changed since that was shown: look once more." in answer


def test_what_cannot_be_adopted_has_no_button(admin: SlackUser) -> None:
    (message,) = admin.replies(admin.command("/ext", "adopt 198"))
    assert "198 stays yours: there is no such endpoint" in as_text(message)
    assert [block for block in message["blocks"] if block["type"] == "actions"] == []
    assert "Say which: /ext adopt 101, or /ext adopt all" in say(admin, "adopt")
