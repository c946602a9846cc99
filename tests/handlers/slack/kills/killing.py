"""A request is carried out undisturbed, and then with its process killed at its steps; another one goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.handlers.slack.kills.bed import NO_KILL, Bed
from tests.handlers.slack.kills.cases import Case
from tests.kills import MORE

STORED = "after the commit of slack_request"  # from here on it is known
TOLD = " of Slack"  # ends the name of a step before which something is told


class Wanted(NamedTuple):
    """What is there before a request and after it, what is said, and its steps."""

    saved: Path
    before: list[str]
    after: list[str]
    said: list[str]
    steps: list[str]


def undisturbed(bed: Bed, case: Case, saved: Path) -> Wanted:
    """Carry it out without a kill. `saved`: where the database of before it is kept."""
    bed.restore(bed.empty)
    case.before(bed)
    bed.save(saved)
    before, bed.kill_at = bed.rows(), NO_KILL
    bed.forget()
    case.act(bed)
    bed.finish()
    return Wanted(saved, before, bed.rows(), bed.said(), bed.steps)


def killed(bed: Bed, case: Case, wanted: Wanted) -> Iterator[str]:
    """Kill its process at one step or at all; compare what is left once another has gone on; yield where."""
    for place in _places(wanted.steps):
        bed.restore(wanted.saved)
        bed.forget()
        bed.kill_at = place
        case.act(bed)
        bed.resume()
        where = f"killed {wanted.steps[place - 1]}, {place} of {len(wanted.steps)}"
        _compare(bed, case, wanted, where, may_be_told=TOLD in "".join(wanted.steps[: place - 1]))
        yield where


def _places(steps: list[str]) -> list[int]:
    """Return which steps, from 1 on: right after what it does is committed, or all with `make kills`."""
    if MORE > 1:
        return list(range(1, len(steps) + 1))
    behind = steps.index(STORED) + 1
    commits = [place for place, name in enumerate(steps[behind:], behind + 1) if name.startswith("after ")]
    return commits[:1]


def _compare(bed: Bed, case: Case, wanted: Wanted, where: str, *, may_be_told: bool) -> None:
    """`may_be_told`: that it was told could not be noted, and so it is told once more."""
    said = bed.said()
    if not bed.acknowledged:
        assert (rows := bed.rows()) in (wanted.before, wanted.after), (
            where,
            [each for each in rows if each not in wanted.after],
        )
        return
    assert _compared(bed.rows(), case) == _compared(wanted.after, case), where
    words = case.otherwise
    missing = [each for each in wanted.said if each not in said]
    more = [each for each in said if each not in wanted.said]
    if may_be_told and not missing:
        return
    assert not missing or words, (where, missing, more)
    assert all(words in each for each in more), (where, missing, more)
    assert len(said) == len(wanted.said), (where, said)


def _compared(rows: list[str], case: Case) -> list[str]:
    return [each for each in rows if not case.differing or case.differing not in each]
