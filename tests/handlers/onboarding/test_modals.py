"""The windows of onboarding, as Slack is given them."""

from __future__ import annotations

from typing import Any

from handlers.onboarding.modals import details_modal, number_modal, secret_modal, shown_already_modal
from handlers.slack.blocks import context, phone_settings, section
from tests.slack_stand_in.block_kit import check_view


def words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def field(name: str, label: str, example: str, *, optional: bool) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": words(label),
        "element": {"type": "plain_text_input", "action_id": name, "placeholder": words(example)},
    }


def test_the_password_is_shown_exactly_and_once() -> None:
    view = secret_modal("Alice <b>", "101", "pbx.example", "tls", "a`*_<&>~b")
    check_view(view)
    assert view == {
        "type": "modal",
        "title": words("Your phone"),
        "close": words("Close"),
        "blocks": [
            section("Alice &lt;b&gt;"),
            phone_settings("101", "pbx.example", "tls", "a`*_<&>~b"),
            context(
                "Only you see this, and it is not shown again. Lost it? `/ext secret 101` makes a new one."
            ),
        ],
    }


def test_a_password_that_was_shown_is_not_shown_again() -> None:
    check_view(shown_already_modal())
    assert shown_already_modal()["title"] == words("Your phone")
    assert shown_already_modal()["blocks"] == [
        section(
            "There is nothing to show any more: the password has been shown once, or this phone is not yours now. "
            "`/ext secret` makes a new one for a phone of yours."
        )
    ]


def test_another_number_is_asked_for() -> None:
    check_view(number_modal("7"))
    assert number_modal("7") == {
        "type": "modal",
        "title": words("Another number"),
        "close": words("Close"),
        "callback_id": "hr_number",
        "private_metadata": "7",
        "submit": words("Give it"),
        "blocks": [field("number", "Extension number", "205", optional=False)],
    }


def test_missing_details_are_asked_for() -> None:
    view = details_modal("bamboohr 1 <7>")
    check_view(view)
    assert (view["callback_id"], view["private_metadata"]) == ("hr_details", "bamboohr 1 <7>")
    assert view["blocks"][0] == context("Employee 1 &lt;7&gt; of bamboohr")
    assert [(each["block_id"], each["element"]["type"], each["optional"]) for each in view["blocks"][1:]] == [
        ("name", "plain_text_input", False),
        ("email", "email_text_input", True),
        ("department", "plain_text_input", True),
        ("start_date", "datepicker", True),
    ]


def test_known_departments_are_chosen_and_another_one_can_be_typed() -> None:
    view = details_modal("bamboohr 17", ["Sales", "x" * 100, "y" * 151, *map(str, range(200))])
    check_view(view)
    menu, other = view["blocks"][3:5]
    assert [each["value"] for each in menu["element"]["options"]][:3] == ["Sales", "x" * 100, "0"]
    assert (menu["block_id"], other["block_id"]) == ("department", "other_department")
