"""What admins read of people whose phone waits for them, word by word."""

from __future__ import annotations

import pytest

from handlers.onboarding.admin_messages import (
    DetailsNeeded,
    HrUnresponsive,
    NoSlackAccount,
    PhoneNotWorking,
    RecreatedByHand,
    WelcomeWithheld,
)
from handlers.slack.blocks import context, plain_context, section
from handlers.slack.message_content import MessageContent
from tests.handlers.rendering import EVIL, assert_harmless
from tests.slack_stand_in.block_kit import check_message

THEIRS = "If it is still theirs, set name and e-mail address as HR has them"


LOOK_UPS = [("Status", "ext_run_status_109", ":status 109"), ("Doctor", "ext_run_doctor_109", ":doctor 109")]
WAITS = "The password waits; it is tried again every day."
YOURSELF = "To be faster: {}, or /ext secret 109 and tell them yourself."
ZITA = {"name": "Zita", "number": "109"}
NO_SLACK = "📭 *Zita has extension 109, and is not found in Slack*"


def shown(content: MessageContent) -> tuple[str, list[str], list[tuple[str, str, str]]]:
    """Return the headline, the facts below it, and of each button its label, action_id and value."""
    check_message({"text": content.render().text, "blocks": content.render().blocks})
    headline, *facts = content.render().blocks
    buttons = facts.pop()["elements"] if facts[-1]["type"] == "actions" else []
    return (
        headline["text"]["text"],
        [each["elements"][0]["text"] for each in facts],
        [
            ((each.get("text") or each["placeholder"])["text"], each["action_id"], each.get("value", ""))
            for each in buttons
        ],
    )


def test_who_is_not_found_in_slack_can_be_chosen_or_told_by_an_admin() -> None:
    content = NoSlackAccount(employee=7, extension=5, email="z@example.com", **ZITA)
    assert shown(content) == (
        NO_SLACK,
        [
            "No Slack account has the address z@example.com.",
            f"{WAITS} To be faster, choose them below.",
        ],
        [
            ("Who is it in Slack?", "hr_give_7", ""),
            ("Tell them yourself", "ext_run_secret_109", "5:secret 109"),
        ],
    )
    assert content.render().text == f"{NO_SLACK}\n{WAITS} {YOURSELF.format('choose them below')}"
    choose, yourself = content.render().blocks[-1]["elements"]
    assert (choose["confirm"]["title"]["text"], yourself["confirm"]["title"]["text"]) == (
        "Is it theirs?",
        "A new password?",
    )


@pytest.mark.parametrize(
    ("email", "error", "why"),
    [
        ("", None, "HR tells no e-mail address to find them by."),
        (
            "z@example.com",
            "missing_scope",
            "Slack does not say who that is (missing_scope): install the app from manifest.yaml once more.",
        ),
    ],
)
def test_it_says_why_somebody_is_not_found_and_of_an_older_row_what_to_type(
    email: str, error: str | None, why: str
) -> None:
    facts = [why, f"{WAITS} {YOURSELF.format('/ext set 109 @user')}"]
    assert shown(NoSlackAccount(email=email, error=error, **ZITA)) == (NO_SLACK, facts, [])


def test_a_phone_that_does_not_work_on_the_first_day_can_be_tried_again_with_a_button() -> None:
    headline = "⚠️ *Zita has started, and extension 109 does not work yet*"
    hint = "It is tried again every day; once that is mended, {} does it at once."
    again = ("Try again now", "ext_run_enable_109", "5:enable 109")
    content = PhoneNotWorking(extension=5, reason="twice", **ZITA)
    assert shown(content) == (headline, ["Twice.", hint.format("the button")], [again, *LOOK_UPS])
    assert content.render().text == f"{headline}\n{hint.format('/ext enable 109')}"
    old = PhoneNotWorking(reason="", **ZITA)
    assert shown(old) == (headline, [hint.format("/ext enable 109")], LOOK_UPS)


def test_an_extension_made_anew_can_be_disabled_after_asking_once_more() -> None:
    headline = "⚠️ *Zita has left, and extension 109 was made anew by hand since*"
    content = RecreatedByHand(extension=5, **ZITA)
    disable = ("Disable 109", "ext_run_disable_109", "5:disable 109")
    hint = "It stays as it is, and works. If it is still theirs"
    assert shown(content) == (headline, [f"{hint}, disable it."], [disable, *LOOK_UPS])
    assert "confirm" in content.render().blocks[-1]["elements"][0]
    assert content.render().text == f"{headline}\n{hint}: /ext disable 109"
    assert shown(RecreatedByHand(**ZITA)) == (headline, [f"{hint}: /ext disable 109"], LOOK_UPS)


@pytest.mark.parametrize("works", [True, False])
def test_who_is_not_told_of_a_phone_can_be_set_right_in_its_window(works: bool) -> None:
    headline = "❔ *Zita is not told of extension 109*"
    locked = "" if works else " 109 is locked out, and Zita has no phone until then."
    hint = f"It is left alone.{locked} {THEIRS}"
    content = WelcomeWithheld(extension=5, reason="109 is named Bob", works=works, **ZITA)
    edit = ("Edit 109", "ext_run_set_109", "5:set 109")
    assert shown(content) == (headline, ["109 is named Bob.", f"{hint}."], [edit, *LOOK_UPS])
    assert content.render().text == f"{headline}\n{hint}: /ext set 109"
    old = content.model_copy(update={"extension": 0})
    assert shown(old) == (headline, ["109 is named Bob.", f"{hint}: /ext set 109"], LOOK_UPS)


def test_an_hr_system_that_does_not_answer_can_be_asked_again_with_a_button() -> None:
    content = HrUnresponsive(delivery=7, source="bamboohr", reason="401")
    headline = "⚠️ *bamboohr does not say what has changed with an employee*"
    hint = (
        "It may be that somebody has left whose phone still works. It is asked again every day; once that is mended, "
        "{} does it at once."
    )
    buttons = [("Ask again now", "hr_retry", "7"), ("HR deliveries", "ext_run_hr", ":hr")]
    assert shown(content) == (headline, ["401.", hint.format("the button")], buttons)
    assert content.render().text == f"{headline}\n{hint.format('/ext hr retry 7')}"


def test_admins_are_asked_for_missing_details() -> None:
    about = "bamboohr told of employee 17, and not who they are."
    message = DetailsNeeded(whom="bamboohr 17").render()
    assert message.text == f"📝 *A new employee needs a name*: {about}"
    assert message.blocks[:2] == [section("📝 *A new employee needs a name*"), context(about)]
    assert [
        (each["text"]["text"], each["action_id"], each["value"]) for each in message.blocks[2]["elements"]
    ] == [
        ("Add details", "hr_details", "bamboohr 17"),
        ("Not an employee", "hr_nobody", "bamboohr 17"),
    ]
    with_reason = DetailsNeeded(whom="bamboohr 17", reason="401 <no>").render()
    assert with_reason.blocks[2] == plain_context("401 <no>.")


@pytest.mark.parametrize(
    "content",
    [
        NoSlackAccount(name=EVIL, email=EVIL, number="109", error=EVIL),
        PhoneNotWorking(name=EVIL, number="109", reason=EVIL),
        WelcomeWithheld(name=EVIL, number="109", reason=EVIL),
        DetailsNeeded(whom=f"bamboohr {EVIL}"),
    ],
    ids=lambda each: each.kind,
)
def test_markup_in_names_is_shown_and_not_obeyed(content: MessageContent) -> None:
    assert_harmless(content)
