"""Who has used a message's buttons stands in their place, and who comes second reads it."""

from __future__ import annotations

from typing import ClassVar

from handlers.slack.blocks import SlackFile, SlackMessage, actions, button, clock, context, section
from handlers.slack.done import Done, already, settled
from handlers.slack.message_content import MessageContent
from tests.factories import NOON
from tests.handlers.rendering import EVIL, assert_harmless

DO_IT = button("Do it", "do_it", "1")
ASKED = SlackMessage("Now?", [section("Now?") | {"accessory": DO_IT}, actions(DO_IT), context("x")])


class Question(MessageContent):
    kind: ClassVar[str] = "a question of this test"

    def render(self) -> SlackMessage:
        return ASKED


def test_the_line_says_who_what_and_when_as_far_as_that_is_known() -> None:
    assert Done(by="U0ADA", what="ignored", at=NOON).line() == f"✅ Done by <@U0ADA>: ignored · {clock(NOON)}"
    assert Done(by="U0ADA").line() == "✅ Done by <@U0ADA>"
    assert (
        Done(by="U0ADA", what="refused", at=NOON, refused=True).line()
        == f"❌ Refused by <@U0ADA> · {clock(NOON)}"
    )
    assert Done(what="left meanwhile").line() == "✅ left meanwhile"


def test_it_takes_the_place_of_every_button_and_all_else_stays() -> None:
    done = settled(ASKED, Done(by="U0ADA"))
    assert done == SlackMessage("Now?", [section("Now?"), context("x"), context("✅ Done by <@U0ADA>")])
    file = SlackMessage("a", file=SlackFile("a", "a", b""))
    assert settled(file, Done(by="U0ADA")) == file


def test_a_content_that_is_done_is_posted_so_also_in_words_alone_and_survives_the_outbox() -> None:
    assert Question().as_posted() == ASKED
    content = Question(done=Done(by="U0ADA", what="ignored", at=NOON))
    assert content.as_posted() == settled(ASKED, Done(by="U0ADA", what="ignored", at=NOON))
    words = content.model_copy(update={"text_alone": True}).as_posted()
    assert (words.blocks, "Done by <@U0ADA>" in words.text, "Do it" in words.text) == ([], True, False)
    assert Question.model_validate(content.as_json()) == content


def test_who_presses_second_reads_why_and_who_was_first() -> None:
    refusal = already("7 is being carried out", Done(by="U0ADA"))
    assert str(refusal) == "7 is being carried out"
    assert refusal.message.text == "☝️ 7 is being carried out. ✅ Done by <@U0ADA>"


def test_what_was_done_is_shown_and_not_obeyed() -> None:
    assert_harmless(Question(done=Done(by="U0ADA", what=EVIL)))
