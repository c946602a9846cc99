"""Pure: compares what everybody's own record says, and names each difference. The rules stand here and in verdict_*.py alone.

What the product promises, and is held to, whatever dies:

- A call that Asterisk's CDR has is told once: one `ended` row, one message in Slack that says so, or one line of the message
  “while we were away”.
- A phone's session is told once: coming and going take turns for each address. One that nobody saw, as Asterisk itself was
  gone meanwhile, need not be told.
- A command that was acknowledged is carried out once, or its answer says that it was not; and it is answered. One that was not
  acknowledged is carried out once at most. So are requests to the API and deliveries of HR's.
- In the end every extension is live, as the database says: in Asterisk, over AMI, and in the files. Nothing waits in the outbox,
  every message is in Slack once, and Slack has no others.
- An event stream has every event once, in order.
- No process grows.

What is nobody's fault: a call that Asterisk forgot as it was killed in the middle of it has neither CDR nor end.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.soak.evidence_types import Difference, Evidence
from tests.soak.verdict_acts import acts, answers, deliveries
from tests.soak.verdict_calls import calls, phones
from tests.soak.verdict_growth import growth
from tests.soak.verdict_state import extensions, rest, slack, streams

RULES: dict[str, Callable[[Evidence], list[Difference]]] = {
    "calls": calls,
    "phones": phones,
    "acts": acts,
    "answers": answers,
    "deliveries": deliveries,
    "extensions": extensions,
    "slack": slack,
    "streams": streams,
    "growth": growth,
    "rest": rest,
}


def judge(evidence: Evidence) -> list[Difference]:
    """Return every difference, by the order of the rules."""
    return [found for rule in RULES.values() for found in rule(evidence)]
