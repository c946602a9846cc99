"""Pure: the figures of a run, by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.soak import replies
from tests.soak.evidence_types import Evidence
from tests.soak.verdict_acts import ACTS, answers_of


def figures(evidence: Evidence) -> dict[str, str]:
    """Return what was done and what is known of it."""
    calls, commands = evidence.of("call"), evidence.of("command")
    kinds = Counter(each["kind"] for each in evidence.events)
    acknowledged = [each for each in commands if each["acknowledged"]]
    hr = evidence.of("hr")
    return {
        "calls made, answered, with an end": f"{len(calls)}, {_with(calls, 'answered')}, {_with(calls, 'ended')}",
        "calls in CDR": str(len({row["linkedid"] for row in evidence.cdr})),
        "calls ended in events, of those backfilled": f"{kinds['ended']}, {sum(each['kind'] == 'ended' and each['backfilled'] for each in evidence.events)}",
        "events: ringing, answered": f"{kinds['ringing']}, {kinds['answered']}",
        "logins of real phones": str(sum(each["did"] == "registered" for each in evidence.of("phone"))),
        "events: registered, moved, unregistered": f"{kinds['registered']}, {kinds['moved']}, {kinds['unregistered']}",
        "commands, acknowledged, answered": f"{len(commands)}, {len(acknowledged)}, {sum(bool(answers_of(evidence, each)) for each in acknowledged)}",
        "answers given again, with words that say so": str(
            sum(len(said) - len(replies.new(said)) for said in evidence.replies.values())
        ),
        "of those to change something": str(sum(each["verb"] in ACTS for each in acknowledged)),
        "requests to the API, answered well": f"{len(evidence.of('api'))}, {sum(200 <= each['status'] < 300 for each in evidence.of('api'))}",
        "deliveries of HR's, taken": f"{len(hr)}, {sum(200 <= each['status'] < 300 for each in hr)}",
        "extensions at the end": str(len(evidence.extensions)),
        "messages in Slack, in the outbox": f"{len(evidence.messages)}, {len(evidence.outbox)}",
        "events in each stream": ", ".join(str(len(each["ids"])) for each in evidence.of("stream")),
        "processes that ended": _counted(each["unit"] for each in evidence.of("ended")),
        "troubles": str(len(evidence.of("trouble"))),
        "  of each": _counted(each["name"] for each in evidence.of("trouble")),
    }


def _with(calls: list[dict[str, object]], step: str) -> int:
    return sum(bool(each[step]) for each in calls)


def _counted(names: Iterable[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(Counter(names).items()))
