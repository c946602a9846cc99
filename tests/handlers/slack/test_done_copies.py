"""Every copy of a message says who has used its buttons."""

from __future__ import annotations

from handlers.slack import blocks, done_copies
from handlers.slack.done import Done
from models import outbox
from models.actor import Actor
from pbx.services import Services
from tests.factories import outbox_messages

SUBJECT = "question:1"
ADA = Done(by="U0ADA", what="ignored")


def ask(services: Services, *channels: str, subject: str = SUBJECT) -> None:
    with services.database.session() as session:
        for channel in channels:
            outbox.enqueue(session, channel, subject, {"kind": "question"})


def settle(services: Services, done: Done) -> None:
    with services.database.session() as session:
        done_copies.settle(session, SUBJECT, done)


def who_did(services: Services) -> Done | None:
    with services.database.session() as session:
        return done_copies.who_did(session, SUBJECT)


def test_all_copies_of_the_subject_say_so_and_no_others(quiet: Services) -> None:
    ask(quiet, "U0ADA", "U0BOB", "C0PHONES")
    ask(quiet, "U0ADA", subject="question:2")
    assert who_did(quiet) is None
    settle(quiet, ADA)
    done = {"by": "U0ADA", "what": "ignored"}
    assert [row.content.get("done") for row in outbox_messages(quiet)] == [done, done, done, None]
    assert [row.revision for row in outbox_messages(quiet)] == [2, 2, 2, 1]


def test_who_was_first_is_known_also_when_nothing_edits_the_messages_any_more(quiet: Services) -> None:
    ask(quiet, "U0ADA")
    settle(quiet, ADA)
    with quiet.database.session() as session:
        outbox.close_all(session, SUBJECT)
    assert who_did(quiet) == ADA
    with quiet.database.session() as session:
        refusal = done_copies.too_late(session, SUBJECT, "too late")
        unknown = done_copies.too_late(session, "question:3", "too late")
    assert "<@U0ADA>" in str(vars(refusal))
    assert (str(refusal), str(unknown), vars(unknown)) == ("too late", "too late", {})


def test_what_is_asked_anew_is_not_done_by_whoever_answered_before(quiet: Services) -> None:
    ask(quiet, "U0ADA")
    settle(quiet, ADA)
    with quiet.database.session() as session:
        outbox.close_all(session, SUBJECT)
    ask(quiet, "U0ADA")
    assert who_did(quiet) is None


def test_only_who_is_a_slack_user_is_mentioned() -> None:
    assert done_copies.done_by(Actor.slack("U0ADA"), "ignored").by == "U0ADA"
    assert done_copies.done_by(Actor("cli", "root")).by == ""


def test_an_outcome_says_who_has_answered_the_question_that_stood_in_its_place() -> None:
    stamped = done_copies.stamped(blocks.plain("Gone"), "U0ADA", "deleted")
    assert (stamped.text, len(stamped.blocks)) == ("Gone", 2)
    assert "✅ Done by <@U0ADA>: deleted · " in stamped.blocks[1]["elements"][0]["text"]
