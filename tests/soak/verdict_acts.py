"""Pure: commands, requests and deliveries: carried out once, and answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from tests.soak import replies
from tests.soak.evidence_types import Difference, Evidence, Row

Key = tuple[str, str, str]  # verb, number, the name that was given
ACTS = ("created", "changed", "secret", "disabled", "enabled", "deleted")
# Of answers that say that nothing was done, in small letters.
NOT_DONE = (
    "nothing was saved",
    "nothing is saved",
    "nothing of it is saved",
    "not carried out",
    "that was not done",
    "interrupted",
    "is not known",
    "look then whether this was",
    "is taken",
    "no extension",
    "again in a moment",
)


def acts(evidence: Evidence) -> list[Difference]:
    """Each acknowledged act is in the audit trail once, or was answered with that it was not done; no other is there."""
    sent, owed = defaultdict[Key, list[Row]](list), Counter[Key]()
    for each in (*evidence.of("command"), *evidence.of("api")):
        if each["verb"] in ACTS:
            key = each["verb"], each["number"], each["name"]
            sent[key].append(each)
            owed[key] += _is_owed(evidence, each)
    numbers = {number for _, number, _ in sent}
    done = Counter(key for row in evidence.audit if row["number"] in numbers for key in _keys(row))
    return list(_compared(sent, owed, done))


def _compared(sent: dict[Key, list[Row]], owed: Counter[Key], done: Counter[Key]) -> Iterable[Difference]:
    for key in sorted({*sent, *done}):
        what = " ".join(filter(None, key))
        look = {
            "sent": [round(each["begun"], 1) for each in sent.get(key, ())],
            "ids": [each.get("id") or each.get("key") for each in sent.get(key, ())],
        }
        if done[key] < owed[key]:
            yield Difference(
                "acts", f"acknowledged {owed[key]} times, carried out {done[key]} times: {what}", look
            )
        if done[key] > len(sent.get(key, ())):
            yield Difference(
                "acts",
                f"asked for {len(sent.get(key, ()))} times, carried out {done[key]} times: {what}",
                look,
            )


def _is_owed(evidence: Evidence, act: Row) -> bool:
    """Return whether it was promised: acknowledged, and not answered with that it was not done."""
    if act["what"] == "api":
        return bool(200 <= act["status"] < 300)
    said = " ".join(answers_of(evidence, act)).lower()
    return bool(act["acknowledged"]) and not any(words in said for words in NOT_DONE)


def _keys(row: Row) -> Iterable[Key]:
    """Return what an entry of the audit trail says was done by an admin or a program."""
    action, number, changes = row["action"], row["number"], row["changes"]
    if row["actor"].startswith("cli"):
        return []
    if action == "created":
        return [("created", number, (changes.get("name") or ["", ""])[1])]
    if action == "deleted":
        return [("deleted", number, "")]
    if action != "changed":
        return []
    switched = (
        [("enabled" if changes["enabled"][1] else "disabled", number, "")] if "enabled" in changes else []
    )
    named = [("changed", number, changes["name"][1])] if "name" in changes else []
    return [*switched, *named, *([("secret", number, "")] if "secret" in changes else [])]


def answers(evidence: Evidence) -> list[Difference]:
    """Each acknowledged command has an answer, and none came twice but with words that say so."""
    found = []
    for command in evidence.of("command"):
        said = answers_of(evidence, command)
        look = {"id": command["id"], "begun": command["begun"], "seconds": command.get("seconds")}
        if command["acknowledged"] and not said:
            found.append(Difference("answers", f"acknowledged, and never answered: {command['text']}", look))
        for text, count in Counter(replies.new(said)).items():
            if count > 1:
                found.append(
                    Difference(
                        "answers", f"answered {count} times: {command['text']}", look | {"answer": text[:200]}
                    )
                )
    return found


def answers_of(evidence: Evidence, command: Row) -> list[str]:
    """Return all that was said of a command: at once, later, in its window, or in a direct message that names it."""
    said = [command["in_acknowledgement"]] if command.get("in_acknowledgement") else []
    said += evidence.replies.get(command.get("response_id") or "", [])
    said += [
        each.get("text") or "a window"
        for each in evidence.of("window")
        if each["command"] == command["id"] and each["shown"]
    ]
    direct = [each["text"] for each in evidence.messages if each["channel"].startswith("D")]
    mark = command["name"] or (command["text"] if not command.get("in_acknowledgement") else "")
    return said + [text for text in direct if mark and mark in text and not said]


def deliveries(evidence: Evidence) -> list[Difference]:
    """Each person that HR's system has told of has one phone, the latest name, and one welcome."""
    known = {row["external_id"]: row for row in evidence.employees}
    told = defaultdict[str, list[Row]](list)
    for each in evidence.of("hr"):
        told[each["person"]].append(each)
    return [
        found
        for person, history in told.items()
        for found in _of_person(evidence, known.get(person), history)
    ]


def _of_person(evidence: Evidence, row: Row | None, history: list[Row]) -> Iterable[Difference]:
    look = {"person": history[0]["person"], "begun": history[0]["begun"]}
    taken = [each for each in history if 200 <= each["status"] < 300]
    if row is None:
        if taken:
            yield Difference("deliveries", "taken, and nobody knows the person", look)
        return
    made = [
        each for each in evidence.audit if each["number"] == row["number"] and each["action"] == "created"
    ]
    if row["number"] and len(made) != 1:
        yield Difference("deliveries", f"{row['number']} was created {len(made)} times", look)
    if len(taken) < len(history):  # nobody ever answered one of them: what is so by now is not known
        return
    if (history[-1]["kind"] == "left") != (row["stage"] in ("left", "released")):
        yield Difference(
            "deliveries", f"HR said {history[-1]['kind']}, and the person is {row['stage']}", look
        )
    names = [each["name"] for each in taken if each["name"]]
    if row["name"] != names[-1]:
        yield Difference("deliveries", f"the person is called {row['name']}, not {names[-1]}", look)
    welcomes = sum(each["subject"] == f"welcome:{row['id']}" for each in evidence.outbox)
    if welcomes > 1 or (welcomes == 0 and row["stage"] not in ("left", "released")):
        yield Difference(
            "deliveries", f"the person was welcomed {welcomes} times", look | {"employee": row["id"]}
        )
