"""What came of a change, in Slack: the fact first, never done when it is not, and the password once."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from handlers.slack.blocks import SlackMessage, context, phone_settings, section
from handlers.slack.outcome_messages import outcome
from handlers.slack.roles import Role
from models.audit import AuditEntry
from models.extension import Extension, State
from models.types import now
from pbx.answers import ChangeResult
from tests.factories import extension_row
from tests.slack_stand_in import as_text
from tests.slack_stand_in.block_kit import check_message

AGAIN = "It is tried again every minute by itself."
SECRET = SecretStr("a`*_<&>~b")


def shown(message: SlackMessage) -> str:
    body = {"text": message.text, "blocks": message.blocks}
    check_message(body)
    return as_text(body)


def said(done: ChangeResult, verb: str, role: Role = Role.ADMIN) -> SlackMessage:
    return outcome(done, verb, "101", "pbx.example", role)


def labels(message: SlackMessage) -> list[str]:
    return [
        each["text"]["text"]
        for block in message.blocks
        for each in block.get("elements", ())
        if "value" in each
    ]


def test_a_new_extension_is_ready_with_what_the_phone_asks_for() -> None:
    message = said(ChangeResult(extension_row(), SecretStr("secret12")), "created")
    assert message.blocks == [
        section("✅ *Extension 101 is ready for Alice.* Type this into the phone:"),
        phone_settings("101", "pbx.example", "udp", "secret12"),
        context("Only you see this, and it is not shown again. Lost it? `/ext secret 101`"),
        context("Live, verified in Asterisk."),
    ]


def test_the_password_is_shown_exactly_and_not_in_the_notification() -> None:
    message = said(ChangeResult(extension_row(), SECRET), "created")
    assert "a`*_<&>~b" in str(message.blocks)
    assert "a`*_<&>~b" not in message.text


def test_what_is_given_to_somebody_else_is_offered_a_new_password() -> None:
    given = {"slack_user_id": ["U0ALICE01", "U0CAROL01"]}
    assert labels(said(ChangeResult(extension_row(), changes=given), "changed")) == ["New password"]
    for harmless in ({"slack_user_id": [None, "U0CAROL01"]}, given | {"secret": None}):
        assert labels(said(ChangeResult(extension_row(), changes=harmless), "changed")) == []


def test_changes_are_named_as_people_know_them() -> None:
    changes = {"slack_user_id": [None, "U0CAROL01"], "secret": None, "name": ["Alice", "Carol"]}
    text = said(ChangeResult(extension_row(), changes=changes), "changed").text
    assert ": password changed; name Alice → Carol; Slack user nobody → <@U0CAROL01>." in text


def test_a_warning_is_a_sentence() -> None:
    assert said(ChangeResult(extension_row(), warnings=("it is so",)), "created").text.endswith("⚠️ It is so")


def test_what_is_disabled_is_let_in_when_it_is_enabled() -> None:
    row = extension_row(enabled=False)
    assert "A phone is let in after an admin's /ext enable 101." in shown(
        said(ChangeResult(row, SECRET), "given a new secret")
    )


@pytest.mark.parametrize("state", [State.PENDING, State.FAILED])
def test_what_is_not_live_is_shown_for_later_and_not_to_be_typed_in(state: State) -> None:
    message = said(ChangeResult(extension_row(state, "Asterisk is away"), SECRET), "created")
    text = shown(message)
    assert "Type this into the phone" not in text
    assert "✅" not in text
    assert "Password   a`*_<&>~b" in text
    mark = {State.PENDING: "🕓", State.FAILED: "❌"}[state]
    assert f"A phone is let in once /ext status 101 shows no {mark} any more." in text
    assert labels(message) == ["Try again"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            extension_row(enabled=False),
            "✅ Extension 101 for Alice is saved, and disabled. /ext enable 101 lets its phone in.",
        ),
        (extension_row(State.FAILED, "twice"), "❌ Extension 101 for Alice is saved, but not live. Twice."),
        (
            extension_row(State.PENDING, "Asterisk is away"),
            f"🕓 Extension 101 for Alice is saved, not live yet. Asterisk is away. {AGAIN}",
        ),
        (
            extension_row(State.PENDING, enabled=False),
            f"🕓 Extension 101 for Alice is saved as disabled, not done yet. Asterisk was not asked yet. {AGAIN}",
        ),
        (
            extension_row(State.DELETING),
            f"🕓 Extension 101 for Alice is marked for deletion, still in Asterisk. Asterisk was not asked yet. {AGAIN}",
        ),
    ],
)
def test_a_creation_says_how_far_it_has_come(row: Extension, words: str) -> None:
    assert shown(said(ChangeResult(row), "created")).splitlines()[0] == words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (extension_row(), "✅ 101 · Alice: name Bob → Alice."),
        (
            extension_row(enabled=False),
            "✅ 101 · Alice: name Bob → Alice. It is disabled: no phone can use it.",
        ),
        (
            extension_row(State.FAILED, "twice"),
            "❌ 101 · Alice is saved, but not live (name Bob → Alice). Twice.",
        ),
    ],
)
def test_a_change_says_what_was_before_and_after(row: Extension, words: str) -> None:
    done = ChangeResult(row, changes={"name": ("Bob", "Alice")})
    assert shown(said(done, "changed")).splitlines()[0] == words


def test_what_was_so_already_says_so() -> None:
    assert shown(said(ChangeResult(extension_row(), changes={}), "changed")).startswith(
        "✅ 101 · Alice: nothing to change, it was so already."
    )


def test_a_new_password_takes_the_place_of_the_old_one() -> None:
    assert shown(said(ChangeResult(extension_row(), SECRET, changes={}), "given a new secret")).startswith(
        "✅ 101 · Alice has a new password; the old one does not work any more. Type this into the phone:"
    )


def test_who_disables_may_enable_at_a_button() -> None:
    message = said(ChangeResult(extension_row(enabled=False)), "disabled")
    assert message.text == "✅ *101 · Alice* is disabled: no phone can use it. Number and settings stay."
    assert labels(message) == ["Enable"]


def test_a_deletion_that_leaves_others_lines_says_so() -> None:
    assert (
        said(ChangeResult(None), "deleted").text
        == "✅ *Extension 101 is gone* from Asterisk and from the list."
    )
    left = shown(said(ChangeResult(None, warnings=("a hint at /x:5",)), "deleted"))
    assert "gone from Asterisk" not in left
    assert "⚠️ A hint at /x:5" in left


def test_a_change_since_is_told_with_who_did_what_and_looked_at_with_buttons() -> None:
    since = AuditEntry(
        at=now(), actor="slack:U0ADA", action="changed", number="101", changes={"name": ["Bob", "Alice"]}
    )
    done = ChangeResult(extension_row(), overtaken=True, since=since)
    message = said(done, "changed")
    assert "was saved, and has been changed again since: " in message.text
    assert "<@U0ADA> changed 101: name Bob → Alice" in message.text
    assert "was verified, and has been changed again since: " in said(done, "as it should be").text
    assert "U0ADA" not in said(done, "given a new secret", Role.OWNER).text
    assert labels(message) == ["How it is now", "Who did what"]


def test_an_owner_reads_no_reason_and_is_offered_nothing_that_is_for_admins() -> None:
    done = ChangeResult(extension_row(State.FAILED, "/etc/x.conf:5"), SECRET, ("a hint at /x:5",))
    message = said(done, "given a new secret", Role.OWNER)
    assert "/x" not in shown(message)
    assert "/ext doctor 101" in message.text
    assert labels(message) == []
    assert "a`*_<&>~b" in str(message.blocks)
