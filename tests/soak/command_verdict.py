"""What became of commands, by what was answered and what the audit trail has."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.soak import replies

# Words of an answer that says that it was done, by kind; and the action of the audit trail.
DONE = {
    "create": "is ready for",
    "set": "→",
    "secret": "has a new password",
    "disable": "is disabled",
    "enable": "is enabled",
    "delete": "is gone",
    "ask": "?",
}
# Of all kinds: it was done, and is not live yet, or is another by now
UNSAVED = (
    "nothing was saved",
    "whether that was saved is not known",
)  # it is as if it had not been acknowledged
BEING_DELETED = "is being deleted"  # a deletion that was acknowledged is taken up again, and not done yet
SAVED = ("is saved", "was saved", "is marked for deletion", "by the first of these requests")


@dataclass(frozen=True)
class Command:
    """One request, with all that was answered. `trace`: what its entry has as a name; empty: it has none."""

    number: str
    kind: str
    trace: str
    is_acknowledged: bool
    answers: Sequence[str]

    @property
    def says_done(self) -> bool:
        return (
            bool(self.answers)
            and not self.is_unsaved
            and any(words in self.answers[0] for words in (DONE[self.kind], *SAVED))
        )

    @property
    def is_unsaved(self) -> bool:
        return any(words in each for words in UNSAVED for each in self.answers)


@dataclass(frozen=True)
class Entry:
    """One act of the audit trail. `kind`: as commands have it; `trace`: the name that it gave."""

    number: str
    kind: str
    trace: str
    revision: int | None


@dataclass
class Verdict:
    """What is wrong, by kind of fault: sentences."""

    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, fault: str, command: Command, what: object = "") -> None:
        self.faults[fault].append(f"{command.number} {command.kind} {command.trace} {what}".rstrip())


def judge(commands: Sequence[Command], entries: Sequence[Entry]) -> Verdict:
    """Return what is wrong with commands, in the order in which they were sent."""
    verdict = Verdict()
    done = Counter((each.number, each.kind, each.trace) for each in entries)
    for command in commands:
        _judge_answers(verdict, command)
        if command.trace:
            _judge_traced(verdict, command, done[command.number, command.kind, command.trace])
    for number, kind in sorted({(each.number, each.kind) for each in commands if not each.trace}):
        if kind != "ask":
            same = [each for each in commands if (each.number, each.kind) == (number, kind)]
            _judge_counted(verdict, same, done[number, kind, ""])
    verdict.faults["a revision twice"] += _revisions(entries)
    verdict.faults["refused without a request before it that was not acknowledged"] += _unexplained(commands)
    return verdict


def _judge_answers(verdict: Verdict, command: Command) -> None:
    if command.is_acknowledged and not command.answers:
        verdict.add("acknowledged, never answered", command)
    if len(replies.new(command.answers)) > 1:
        verdict.add("answered more than once", command, [each[:60] for each in command.answers])


def _judge_traced(verdict: Verdict, command: Command, times: int) -> None:
    if times > 1:
        verdict.add("carried out more than once", command, times)
    if command.is_acknowledged and not times and (command.says_done or not command.answers):
        verdict.add("lost" if not command.answers else "said to be done, and is not", command)
    if times and command.answers and not command.says_done:
        verdict.add("done, and the answer does not say so", command, command.answers[0][:100])


def _judge_counted(verdict: Verdict, same: Sequence[Command], times: int) -> None:
    """Judge all of one kind about one number, whose entries do not tell one from the other."""
    least = sum(each.is_acknowledged and each.says_done for each in same)
    most = least + sum(not each.is_acknowledged or not each.answers for each in same)
    if times < least:
        verdict.add("said to be done, and is not", same[0], f"{times} of {least}")
    unanswered = [each for each in same if each.is_acknowledged and not each.answers]
    for each in unanswered[: max(0, least + len(unanswered) - times)]:
        verdict.add("lost", each)
    if times > most:
        verdict.add("carried out more than once", same[0], f"{times}, not {least} to {most}")


def _revisions(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield where the revisions of an extension do not grow, from 1 at its creation: what changes nothing has no entry."""
    last: dict[str, int] = {}
    for entry in entries:
        wanted = 1 if entry.kind == "create" else last.get(entry.number, 0) + 1
        if entry.revision is not None and (entry.revision < wanted or (wanted == 1 != entry.revision)):
            yield f"{entry.number}: {entry.kind} made revision {entry.revision}, not {wanted}"
        last[entry.number] = entry.revision or wanted


def _unexplained(commands: Sequence[Command]) -> Iterator[str]:
    """Yield what was refused although nothing about its number was under way that may have come before it."""
    unsure: dict[str, bool] = {}
    deleted = set[str]()
    for each in commands:
        waits = each.number in deleted and any(BEING_DELETED in answer for answer in each.answers)
        if each.answers and not (each.says_done or each.is_unsaved or waits or unsure.get(each.number)):
            yield f"{each.number} {each.kind} {each.trace}: {each.answers[0][:140]}"
        if each.kind == "delete":
            deleted.add(each.number)
        unsure[each.number] = not each.is_acknowledged or not each.answers or each.is_unsaved
