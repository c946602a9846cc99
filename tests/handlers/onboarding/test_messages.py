"""What new people read of their phone, word by word."""

from __future__ import annotations

from handlers.onboarding.linphone import Ticket
from handlers.onboarding.messages import Welcome
from handlers.slack.blocks import actions, button, confirm, context, image, section
from tests.handlers.rendering import EVIL, assert_harmless

WELCOME = Welcome(employee=7, name="Alice", number="101", server="pbx.example", ticket=Ticket(7, "f" * 16))
LINK = "https://phones.example.com/phones/token"


ONCE = confirm("Show my password?", "It is shown once. Have the phone ready.", "Show it")
SHOW = actions(button("Show my password", "hr_secret", "7", style="primary", confirm=ONCE))


def test_a_new_person_reads_how_to_set_up_a_phone_and_no_password() -> None:
    message = WELCOME.render()
    assert message.text == "Your phone extension is 101"
    assert message.blocks == [
        section("👋 *Alice, your phone extension is 101.* Colleagues reach you under it."),
        section(
            "☎️ *On your desk phone, or in an app*: type in server `pbx.example`, user `101`, and the password behind the "
            "button."
        ),
        context("It is shown once."),
        SHOW,
    ]


def test_where_linphone_can_set_itself_up_there_are_two_ways_to_choose_from() -> None:
    message = WELCOME.model_copy(update={"link": LINK}).render()
    assert message.blocks[1:] == [
        section("📱 *On your mobile*: install Linphone, choose “Scan QR code”, and scan this. That is all."),
        image(f"{LINK}.png", "QR code that sets up Linphone"),
        context(f"Are you reading this on that mobile? <{LINK}|Set it up here>."),
        section(
            "☎️ *On a desk phone, or in another app*: type in server `pbx.example`, user `101`, and the password behind "
            "the button."
        ),
        context("Each works once: whichever you take first."),
        SHOW,
    ]


def test_a_picture_that_slack_cannot_fetch_is_left_out() -> None:
    linked = WELCOME.model_copy(update={"link": LINK})
    without, reason = linked.simpler("invalid_blocks") or (None, "")
    assert without == WELCOME.model_copy(update={"ticket": None})
    assert reason == "Slack cannot fetch a picture: check PUBLIC_URL"
    for content, error in ((linked, "no_text"), (without or linked, "invalid_blocks")):
        simpler, reason = content.simpler(error) or (None, "")
        assert simpler == content.model_copy(update={"text_alone": True})
        assert reason == f"Slack refused a message's blocks ({error})"


def test_markup_in_names_is_shown_and_not_obeyed() -> None:
    assert_harmless(Welcome(employee=7, name=EVIL, number="101", server=EVIL))
