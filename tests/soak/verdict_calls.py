"""Pure: calls and phones: what phones and Asterisk's CDR say, against the event table and Slack."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from tests.soak.evidence_types import Difference, Evidence, Row

SLACK_SECONDS = 2.0  # between two clocks' readings of one moment
SETUP_SECONDS = 40.0  # until Asterisk, frozen for a while, takes a call
COMES = ("registered", "moved")


def calls(evidence: Evidence) -> list[Difference]:
    """Compare the calls that phones made, CDR, events and messages."""
    return [*_not_in_cdr(evidence), *_not_stored_once(evidence), *_not_told_once(evidence)]


def _not_in_cdr(evidence: Evidence) -> Iterable[Difference]:
    """A call that came to its end is in CDR, unless Asterisk was killed meanwhile."""
    crashes = crash_times(evidence, "asterisk")
    free = defaultdict(list)
    for row in sorted(evidence.cdr, key=lambda row: row["start"]):
        free[row["caller"], row["called"]].append(row)
    for call in sorted(evidence.of("call"), key=lambda call: float(call["begun"])):
        begun, over = call["begun"], call["ended"] or call["answered"]
        if not over or any(begun - SLACK_SECONDS <= at <= over + SLACK_SECONDS for at in crashes):
            continue
        rows = free[call["caller"], call["called"]]
        fits = [row for row in rows if begun - SLACK_SECONDS <= row["start"] <= begun + SETUP_SECONDS]
        if fits:
            rows.remove(fits[0])
        else:
            yield Difference(
                "calls", f"{call['caller']} called {call['called']}, and CDR has no such call", call
            )


def _not_stored_once(evidence: Evidence) -> Iterable[Difference]:
    """Each call in CDR has ended once in the event table; no call rang or was answered twice."""
    ended = Counter(each["linkedid"] for each in evidence.events if each["kind"] == "ended")
    known = {row["linkedid"]: row for row in evidence.cdr}
    for linkedid, row in known.items():
        if ended[linkedid] == 0:
            yield Difference("calls", f"the call {linkedid} in CDR is in no event", row)
    for linkedid, count in ended.items():
        if count > 1:
            yield Difference("calls", f"the call {linkedid} has ended {count} times", {"linkedid": linkedid})
        if linkedid not in known and not crash_times(evidence, "asterisk"):
            yield Difference(
                "calls", f"the call {linkedid} has ended, and CDR does not have it", {"linkedid": linkedid}
            )
    steps = Counter(
        (each["linkedid"], each["kind"], each["number"])
        for each in evidence.events
        if each["kind"] in ("ringing", "answered")
    )
    for (linkedid, kind, number), count in steps.items():
        if count > 1:
            yield Difference(
                "calls", f"the call {linkedid} is {kind} at {number} {count} times", {"linkedid": linkedid}
            )


def _not_told_once(evidence: Evidence) -> Iterable[Difference]:
    """Each ended call is in one message of the channel, which says that it ended, or in one of a time when nobody listened."""
    texts = {(each["channel"], each["ts"]): each["text"] for each in evidence.messages}
    told = Counter[str]()
    for row in evidence.outbox:
        linkedid = row["subject"].removeprefix("call:")
        if linkedid != row["subject"] and "Call ended" in texts.get((row["conversation"], row["ts"]), ""):
            told[linkedid] += 1
    own = set(told)
    for row in evidence.outbox:
        if row["subject"].startswith("gap:") and (row["conversation"], row["ts"]) in texts:
            told.update(_of_gap(evidence, row, own))
    for event in evidence.events:
        if event["kind"] == "ended" and (count := told[event["linkedid"]]) != 1:
            look = {"linkedid": event["linkedid"], "event": event["id"], "at": event["at"]}
            yield Difference("calls", f"the call {event['linkedid']} is told {count} times", look)


def _of_gap(evidence: Evidence, row: Row, own: set[str]) -> list[str]:
    """Return the calls that a message of a time when nobody listened counts: those without a message of their own."""
    gap = row["subject"].removeprefix("gap:")
    ended = [each for each in evidence.events if each["kind"] == "ended" and str(each.get("gap")) == gap]
    return [each["linkedid"] for each in ended if each["linkedid"] not in own][
        : row["content"].get("count", 0)
    ]


def phones(evidence: Evidence) -> list[Difference]:
    """Compare the sessions of real phones with the event table."""
    found: list[Difference] = []
    for number in sorted({each["number"] for each in evidence.of("phone")}):
        found += _told_twice(evidence, number)
        found += _untold(evidence, number)
    return found


def _told_twice(evidence: Evidence, number: str) -> Iterable[Difference]:
    """Coming and going take turns at each address; one of those where it was is left when it moves."""
    there, may_be_there = set[tuple[str, int]](), set[tuple[str, int]]()
    for event in evidence.events:
        if event["number"] != number or event["kind"] not in (*COMES, "unregistered"):
            continue
        place, comes = (event["address"], event["port"]), event["kind"] in COMES
        if comes == (place in there) and place not in may_be_there:
            word = "came" if comes else "went"
            yield Difference(
                "phones",
                f"{number} {word} twice at {place[0]}:{place[1]}",
                {"event": event["id"], "at": event["at"]},
            )
        may_be_there.discard(place)
        if event["kind"] == "moved":
            may_be_there |= there
            there.clear()
        (there.add if comes else there.discard)(place)


def _untold(evidence: Evidence, number: str) -> Iterable[Difference]:
    """As many have come as phones logged in, but for those that Asterisk, killed meanwhile, could forget."""
    crashes = crash_times(evidence, "asterisk")
    mine = [each for each in evidence.of("phone") if each["number"] == number]
    sessions = [each for each in mine if each["did"] == "registered"]
    excused = [each for each in sessions if any(abs(at - each["at"]) < SETUP_SECONDS for at in crashes)]
    told = sum(each["number"] == number and each["kind"] in COMES for each in evidence.events)
    if told < len(sessions) - len(excused):
        missing = len(sessions) - len(excused) - told
        yield Difference(
            "phones", f"{missing} of {len(sessions)} logins of {number} are in no event", {"number": number}
        )


def crash_times(evidence: Evidence, unit: str) -> list[float]:
    """Return when a process ended, or its end was seen."""
    return [float(each["at"]) for each in evidence.of("ended") if each["unit"] == unit]
