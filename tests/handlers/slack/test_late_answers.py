"""An answer by direct message: what it is the answer to, its words, and nothing that is shown once."""

from __future__ import annotations

from datetime import datetime

from handlers.slack import messages
from handlers.slack.blocks import SlackMessage, phone_settings, plain, section
from handlers.slack.late_answers import by_direct_message
from handlers.slack.stored_answer import StoredAnswer
from tests.factories import extension_row
from tests.slack_stand_in import as_text
from tests.slack_stand_in.block_kit import check_message

AT = datetime(2026, 11, 26, 14, 3, 7).astimezone()


def answer(shown: SlackMessage, told_instead: str = "") -> StoredAnswer:
    return StoredAnswer(
        user_id="U0ADA",
        asked="Answer to `/ext`, asked",
        text=shown.text,
        blocks=shown.blocks,
        told_instead=told_instead,
    )


def shown(message: SlackMessage) -> str:
    content = {"text": message.text, "blocks": message.blocks}
    check_message(content)
    return as_text(content)


def test_a_password_is_not_in_a_direct_message() -> None:
    created = SlackMessage(
        "101 is created", [section("101"), phone_settings("101", "pbx", "udp", "hunter22")]
    )
    told = shown(by_direct_message(answer(created), AT))
    assert "hunter22" not in told
    assert "101 is created" in told
    assert "Nobody has seen the password that was in it: /ext secret 101" in told


def test_words_alone_are_told_in_full() -> None:
    told = shown(by_direct_message(answer(plain("101 is as it was.")), AT, "Why."))
    assert told.splitlines()[0] == "Answer to /ext, asked 2026-11-26 14:03:07:"
    assert "101 is as it was." in told
    assert "Why." in told
    assert "Nobody has seen" not in told


def test_of_a_password_it_speaks_only_where_there_is_one() -> None:
    more = SlackMessage("101 is live.", [section("101 is live. Its phone is away.")])
    assert "password" not in shown(by_direct_message(answer(more), AT))
    told = shown(by_direct_message(answer(more), AT, request=7))
    assert "password" not in told
    assert "All of it is behind the button “Show all of it”" in told


def test_a_question_has_the_buttons_that_answer_it() -> None:
    question = messages.confirm_delete(extension_row())
    told = by_direct_message(answer(question), AT, request=7)
    assert "Delete 101" in shown(told)
    labels = [each["text"]["text"] for each in told.blocks[-1]["elements"]]
    assert labels == ["Delete 101", "Disable instead", "Cancel"]
    assert "behind the button" not in shown(told)


def test_of_a_form_it_says_that_nothing_was_done() -> None:
    told = by_direct_message(answer(SlackMessage(""), "Nothing was done."), AT, "Why.")
    assert told.text == "Nothing was done."
