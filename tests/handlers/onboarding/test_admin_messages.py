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
from handlers.slack.blocks import context, escape, section
from handlers.slack.message_content import MessageContent
from tests.handlers.rendering import EVIL, assert_harmless

THEIRS = "If it is still theirs, set name and e-mail address as HR has them: /ext set 109"


@pytest.mark.parametrize(
    ("content", "headline", "hint"),
    [
        (
            NoSlackAccount(name="Zita", email="z@example.com", number="109"),
            "📭 Zita (z@example.com) has extension 109, but no Slack account with that address",
            "The password waits; it is tried again every day. To be faster: /ext set 109 @user, or /ext secret 109 and "
            "tell them yourself.",
        ),
        (
            NoSlackAccount(name="Zita", email="", number="109"),
            "📭 Zita (no e-mail address) has extension 109, but HR tells none to find them in Slack by",
            "The password waits; it is tried again every day. To be faster: /ext set 109 @user, or /ext secret 109 and "
            "tell them yourself.",
        ),
        (
            NoSlackAccount(name="Zita", email="", number="109", error="missing_scope"),
            "📭 Zita (no e-mail address) has extension 109, but Slack does not say who that is (missing_scope): "
            "install the app from manifest.yaml once more",
            "The password waits; it is tried again every day. To be faster: /ext set 109 @user, or /ext secret 109 and "
            "tell them yourself.",
        ),
        (
            PhoneNotWorking(name="Zita", number="109", reason="twice"),
            "⚠️ Zita has started, and extension 109 does not work yet",
            "twice. It is tried again every day; once that is mended, /ext enable 109 does it at once.",
        ),
        (
            RecreatedByHand(name="Zita", number="109"),
            "⚠️ Zita has left; extension 109 was made anew by hand since",
            "It stays as it is. If it is still theirs: /ext disable 109",
        ),
        (
            WelcomeWithheld(name="Zita", number="109", reason="109 is named Bob"),
            "❔ Zita is not told of extension 109: 109 is named Bob",
            f"It is left alone. {THEIRS}",
        ),
        (
            WelcomeWithheld(name="Zita", number="109", reason="109 is named Bob", works=False),
            "❔ Zita is not told of extension 109: 109 is named Bob",
            f"It is left alone. 109 is locked out, and Zita has no phone until then. {THEIRS}",
        ),
        (
            HrUnresponsive(delivery=7, source="bamboohr", reason="401"),
            "⚠️ bamboohr does not say what has changed with an employee",
            "401. It may be that somebody has left whose phone still works. It is asked again every day; once that is "
            "mended, /ext hr retry 7 does it at once.",
        ),
    ],
    ids=lambda each: each.kind if isinstance(each, MessageContent) else "",
)
def test_admins_read_what_is_wrong_and_what_to_do(content: MessageContent, headline: str, hint: str) -> None:
    message = content.render()
    assert message.text == escape(headline)
    assert message.blocks == [section(escape(headline)), context(escape(hint))]


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
    assert with_reason.blocks[2] == context("401 &lt;no&gt;")


@pytest.mark.parametrize(
    "content",
    [
        NoSlackAccount(name=EVIL, email=EVIL, number="109", error=EVIL),
        DetailsNeeded(whom=f"bamboohr {EVIL}"),
    ],
    ids=lambda each: each.kind,
)
def test_markup_in_names_is_shown_and_not_obeyed(content: MessageContent) -> None:
    assert_harmless(content)
