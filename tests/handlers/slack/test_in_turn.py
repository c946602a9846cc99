"""Whose answers go now, and in which order."""

from __future__ import annotations

from datetime import timedelta

from handlers.slack.blocks import plain
from handlers.slack.in_turn import MOST, InTurn
from handlers.slack.stored_answer import StoredAnswer
from models.inbox_answer import NOBODY, InboxAnswer, Waiting
from models.types import now
from pbx.services import Services
from tests.handlers.slack.answer_bed import AnswerBed
from tests.slack_stand_in import SlackStandIn

ASKERS = {1: "ada", 2: "bob", 3: "ada", 4: "ada", 5: ""}


def waiting(
    request: int, *, is_due: bool, sender: str = NOBODY, attempt: int = 1, age: timedelta = timedelta()
) -> Waiting:
    row = InboxAnswer(
        request=request,
        sealed="",
        asked_at=now(),
        tried_at=now(),
        next_try_at=now(),
        sender=sender,
        attempt=attempt,
    )
    return Waiting(row, is_due, age)


def in_turn() -> InTurn:
    return InTurn(lambda row: ASKERS[row.request])


def numbers(found: list[list[InboxAnswer]]) -> list[list[int]]:
    return [[row.request for row in turn] for turn in found]


def test_each_persons_go_one_after_another_and_what_nobody_can_open_stays() -> None:
    found = in_turn().due([waiting(each, is_due=True) for each in ASKERS])
    assert numbers(found) == [[1, 3, 4], [2]]


def test_behind_one_that_is_not_to_be_tried_yet_none_of_the_same_person_goes() -> None:
    queue = in_turn()
    rows = [waiting(1, is_due=False), waiting(2, is_due=True), waiting(3, is_due=True)]
    assert numbers(queue.due(rows)) == [[2]]
    assert queue.is_behind(4, "ada")
    assert not queue.is_behind(1, "ada")
    assert not queue.is_behind(4, "eve")
    queue.due(rows[1:2])
    assert not queue.is_behind(4, "ada")


def test_nothing_waits_for_one_that_is_sent_for_the_first_time_or_cannot_be_sent() -> None:
    queue = in_turn()
    queue.due([waiting(1, is_due=False, sender="a process")])
    assert not queue.is_behind(3, "ada")
    queue.failing.add(1)
    rows = [waiting(1, is_due=False, sender="a process", attempt=2), waiting(3, is_due=True)]
    assert numbers(queue.due(rows)) == [[3]]
    assert not queue.is_behind(3, "ada")


def test_behind_one_that_slack_does_not_take_for_a_minute_the_others_go() -> None:
    queue = in_turn()
    rows = [waiting(1, is_due=False, attempt=7, age=MOST), waiting(3, is_due=True)]
    assert numbers(queue.due(rows)) == [[3]]
    assert not queue.is_behind(3, "ada")


def test_a_window_does_not_wait_behind_what_its_asker_is_told_elsewhere() -> None:
    told = StoredAnswer(user_id="U1", asked="", url="https://hooks.slack.com/1")
    menu, another = (told.model_copy(update={"window": {"view_id": each}}) for each in ("V1", "V2"))
    assert len({told.line, menu.line, another.line}) == 3
    assert menu.line == menu.model_copy(update={"text": "later"}).line


def test_one_persons_answers_come_in_the_order_of_their_requests(quiet: Services) -> None:
    with SlackStandIn() as slack:
        bed = AnswerBed(quiet, slack)
        bed.slack.fail_until_cleared("response_url", status=429, retry_after=20)
        first = bed.ask("create 101 Alice", lambda: plain("first"))
        bed.wait_until_put_off()
        bed.answers.send_due()
        bed.slack.clear_faults()
        later = [bed.ask(text, lambda: plain("later")) for text in ("set 101 name=Alicia", "delete 101")]
        bed.wait_until_put_off()
        bed.pass_time(timedelta(seconds=25))  # less than the minute for which the later ones wait for it
        bed.wait_until_told()
        taken = [call.arguments["id"] for call in bed.slack.called("response_url") if not call.error]
        assert taken == [first, *later]
