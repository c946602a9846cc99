"""What is wrong with commands is found, and nothing else."""

from __future__ import annotations

import pytest

from tests.soak.command_verdict import Command, Entry, judge

READY, TAKEN = "✅ Extension 301 is ready for T301x0.", "❌ 301 is taken by T301x0"
LOST, UNANSWERED = "lost", "acknowledged, never answered"
REFUSED = "refused without a request before it that was not acknowledged"


def create(trace: str, *answers: str, acknowledged: bool = True) -> Command:
    return Command("301", "create", trace, acknowledged, answers)


def secret(*answers: str, acknowledged: bool = True) -> Command:
    return Command("301", "secret", "", acknowledged, answers)


DELETE = Command("301", "delete", "", True, ["✅ Extension 301 is gone from Asterisk and from the list."])
WAITS = "⚠️ 301 is being deleted and free again as soon as Asterisk has let go of it."
CREATED = Entry("301", "create", "T301x0", 1)
GIVEN = "301 · T301x0 has a new password; the old one does not work any more."


def faults(commands: list[Command], entries: list[Entry]) -> list[str]:
    return sorted(fault for fault, found in judge(commands, entries).faults.items() if found)


@pytest.mark.parametrize(
    ("commands", "entries"),
    [
        ([create("T301x0", READY)], [CREATED]),
        ([create("T301x0", acknowledged=False), create("T301x1", TAKEN)], [CREATED]),
        (
            [create("T301x0", acknowledged=False), create("T301x1", READY)],
            [Entry("301", "create", "T301x1", 1)],
        ),
        ([create("T301x0", "⚠️ 301: nothing was saved, and nothing done")], []),
        (
            [create("T301x0", READY), DELETE, create("T301x1", WAITS)],
            [CREATED, Entry("301", "delete", "", 2)],
        ),
        ([secret(GIVEN), secret(acknowledged=False)], [Entry("301", "secret", "", None)] * 2),
    ],
    ids=[
        "done",
        "not acknowledged, and done",
        "not acknowledged, and not done",
        "not saved",
        "not deleted yet",
        "perhaps twice",
    ],
)
def test_what_is_as_it_should_be_is_no_fault(commands: list[Command], entries: list[Entry]) -> None:
    assert faults(commands, entries) == []


@pytest.mark.parametrize(
    ("commands", "entries", "expected"),
    [
        ([create("T301x0")], [], [UNANSWERED, LOST]),
        ([create("T301x0")], [CREATED], [UNANSWERED]),
        ([create("T301x0", READY)], [], ["said to be done, and is not"]),
        ([create("T301x0", READY, READY)], [CREATED], ["answered more than once"]),
        ([create("T301x0", TAKEN)], [CREATED], ["done, and the answer does not say so", REFUSED]),
        ([create("T301x0", TAKEN)], [], [REFUSED]),
        ([create("T301x0", WAITS)], [], [REFUSED]),
        ([create("T301x0", READY)], [CREATED, CREATED], ["carried out more than once"]),
        ([secret(GIVEN)], [Entry("301", "secret", "", None)] * 2, ["carried out more than once"]),
        ([secret(GIVEN)], [], ["said to be done, and is not"]),
        ([], [CREATED, Entry("301", "secret", "", 1)], ["a revision twice"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(commands: list[Command], entries: list[Entry], expected: list[str]) -> None:
    assert faults(commands, entries) == sorted(expected)
