"""Pure: how all stands at the end: extensions, the outbox, Slack's channel, event streams."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from tests.soak.evidence_types import Difference, Evidence, Row

CLOSING_SECONDS = 2.0  # that an event may take to come to a stream


def extensions(evidence: Evidence) -> list[Difference]:
    """Each is live, with its password in Asterisk and in the files if it is enabled; and there are no others."""
    found = [each for row in evidence.extensions for each in _extension(evidence, row)]
    wanted = {row["number"] for row in evidence.extensions if row["enabled"]}
    for number in sorted(set(evidence.in_asterisk) - wanted):
        found.append(Difference("extensions", f"{number} is in Asterisk, and not to be"))
    for number in sorted(set(evidence.in_files) - wanted):
        found.append(Difference("extensions", f"{number} is in the files, and not to be"))
    return found


def _extension(evidence: Evidence, row: Row) -> Iterable[Difference]:
    number, look = row["number"], {"state": row["state"], "reason": row["reason"]}
    if row["state"] != "live":
        yield Difference("extensions", f"{number} is {row['state']}", look)
        return
    if not row["enabled"]:
        return
    shown = evidence.in_asterisk.get(number)
    if shown is None:
        yield Difference("extensions", f"{number} is not in Asterisk", look)
    elif shown["secret"] != row["secret"]:
        yield Difference("extensions", f"{number} has another password in Asterisk", look)
    elif not shown["hint"]:
        yield Difference("extensions", f"{number} has no hint in Asterisk", look)
    if evidence.in_files.get(number) != row["secret"]:
        yield Difference("extensions", f"{number} is not in the files as the database says", look)


def slack(evidence: Evidence) -> list[Difference]:
    """Nothing waits; what was sent is there once; and the channel has nothing else."""
    there = Counter((each["channel"], each["ts"]) for each in evidence.messages)
    sent = {(row["conversation"], row["ts"]) for row in evidence.outbox if row["ts"]}
    found = []
    for row in evidence.outbox:
        look = {"id": row["id"], "subject": row["subject"], "channel": row["channel"]}
        if row["due"]:
            found.append(Difference("slack", f"the message {row['id']} still waits", look))
        if row["failure"]:
            found.append(Difference("slack", f"the message {row['id']} was given up: {row['failure']}", look))
        if row["ts"] and not str(row["ts"]).startswith("F") and there[row["conversation"], row["ts"]] != 1:
            found.append(Difference("slack", f"the message {row['id']} is not in Slack", look))
    for message in evidence.messages:
        if message["channel"].startswith("C") and (message["channel"], message["ts"]) not in sent:
            look = {"ts": message["ts"], "text": message["text"][:200]}
            found.append(
                Difference(
                    "slack", "the channel has a message that the outbox does not know: posted twice?", look
                )
            )
    newest = max((each["id"] for each in evidence.events), default=0)
    if evidence.last_alerted < newest:
        found.append(
            Difference("slack", f"events after {evidence.last_alerted} were not looked at, up to {newest}")
        )
    return found


def streams(evidence: Evidence) -> list[Difference]:
    """Each stream had every event since its first, once and in order, but for what came as the streams were closed."""
    found = []
    closed = min((stream.get("at", math.inf) for stream in evidence.of("stream")), default=math.inf)
    stored = sorted(each["id"] for each in evidence.events if each["at"] < closed - CLOSING_SECONDS)
    for place, stream in enumerate(evidence.of("stream")):
        ids = stream["ids"]
        expected = [each for each in stored if ids and each >= ids[0]]
        if sorted(ids) != ids or len(set(ids)) != len(ids):
            again = [event for event in set(ids) if ids.count(event) > 1]
            found.append(
                Difference(
                    "streams", f"stream {place} had events twice or out of order", {"again": again[:20]}
                )
            )
        if missing := sorted(set(expected) - set(ids)):
            found.append(
                Difference(
                    "streams",
                    f"stream {place} lacks {len(missing)} of {len(expected)} events",
                    {"ids": missing[:20]},
                )
            )
        if stored and not ids:
            found.append(Difference("streams", f"stream {place} had no events"))
    return found


def rest(evidence: Evidence) -> list[Difference]:
    """All came to rest within the time for it, once nobody did anything any more; and the soak itself did not break."""
    broken = [
        Difference("rest", f"a part of the soak broke: {each['part']}", each)
        for each in evidence.of("broken")
    ]
    waits = evidence.of("waits")[-1:]
    return broken + [
        Difference("rest", "something still waited", dict(*waits))
        for each in evidence.of("rest")
        if not each["came"]
    ]
