"""How one extension is, as Slack is given it to show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handlers.slack import list_messages, status_messages
from handlers.slack.blocks import clock, context, plain_context, section
from handlers.slack.roles import Role
from handlers.slack.times import when
from models.audit import AuditEntry
from models.event import Event, EventKind
from models.extension import Extension, State
from models.phone import Phone
from pbx.answers import ChangeResult, Day, Status
from pbx.contact_status import Contact
from pbx.hint_states import Hint, HintState
from tests.factories import NOON, at_time
from tests.handlers.slack.samples import extension, shown

HERE = Contact("192.0.2.7", 5062, "Snom D785", "Reachable", 12.4)
SILENT = Contact("2001:db8::7", 5060, "", "Unreachable", None)
AT_NOON = clock(NOON)


def bob(**changes: Any) -> Extension:
    row = extension(102, "Bob")
    for name, value in ({"slack_user_id": "U0BOB"} | changes).items():
        setattr(row, name, value)
    return row


def phone(*, registered: bool = True) -> Phone:
    return Phone(number="102", address="192.0.2.7", port=5062, since=at_time(), registered=registered)


def call(kind: EventKind, number: str = "102", peer: str = "101", peer_name: str = "") -> Event:
    return Event(at=at_time(), kind=kind, number=number, peer=peer, peer_name=peer_name)


def state(found: Status) -> str:
    """Return what stands below the name."""
    return str(status_messages.status(found).blocks[0]["text"]["text"]).partition("\n")[2]


def test_what_people_ask_for_comes_first_then_the_phone_and_its_settings() -> None:
    found = Status(
        bob(),
        [HERE],
        phone=phone(),
        calls=[call(EventKind.ANSWERED)],
        today=Day(3, 1),
        names={"101": "Alice"},
    )
    message = status_messages.status(found, Role.OWNER)
    assert message.blocks[:-1] == [
        section(f"🟢 *102 · Bob* <@U0BOB>\nIn a call with 101 (Alice) since {AT_NOON}"),
        context(
            f"Registered since {when(at_time())} · 192.0.2.7:5062 · Snom D785, answers in 12 ms · 3 calls today, 1 missed"
        ),
        context("Transport udp · Codecs ulaw · Context from-internal"),
    ]
    assert message.text == f"102 · Bob <@U0BOB>: 🟢 In a call with 101 (Alice) since {AT_NOON}"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Status(bob(), [HERE], phone=phone()), "Registered"),
        (Status(bob(), phone=phone(registered=False)), "Offline"),
        (Status(bob(), [SILENT], phone=phone()), "Offline"),
        (Status(bob()), "No phone has registered yet."),
        (Status(bob(enabled=False), phone=phone(registered=False)), "Disabled: no phone can use it."),
        (Status(bob(enabled=False, state=State.PENDING)), "To be disabled: phones may still be let in."),
        (
            Status(bob(enabled=False), starts=date(2026, 12, 24)),
            "Starts on 24 December 2026: the phone works from then on.",
        ),
        (Status(bob(), error="away"), "Whether a phone is registered is not known right now."),
        (Status(bob(), [HERE], calls=[call(EventKind.RINGING)]), f"Ringing from 101 since {AT_NOON}"),
        (
            Status(
                bob(), [HERE], calls=[call(EventKind.RINGING, "103", "102", "Bob")], names={"103": "Carol"}
            ),
            f"Calling 103 (Carol) since {AT_NOON}",
        ),
        (
            Status(bob(), [HERE], calls=[call(EventKind.ANSWERED, peer="+4930", peer_name="ACME <b>")]),
            f"In a call with +4930 (ACME &lt;b&gt;) since {AT_NOON}",
        ),
        (
            Status(bob(), [HERE], calls=[call(EventKind.ANSWERED, peer="")]),
            f"In a call with an unknown caller since {AT_NOON}",
        ),
    ],
)
def test_it_says_what_the_phone_is_doing(found: Status, words: str) -> None:
    assert state(found) == words


@pytest.mark.parametrize(
    ("kind", "number", "words"),
    [
        (EventKind.ANSWERED, "102", "In a call"),
        (EventKind.RINGING, "102", "Ringing"),
        (EventKind.RINGING, "103", "Calling"),
    ],
)
def test_only_the_owner_and_admins_read_with_whom_it_talks(kind: EventKind, number: str, words: str) -> None:
    found = Status(bob(), [HERE], calls=[call(kind, number, "101" if number == "102" else "102")])
    message = status_messages.status(found, Role.EVERYBODY)
    assert message.blocks[0]["text"]["text"].partition("\n")[2] == f"{words} since {AT_NOON}"
    assert "101" not in message.text


def test_where_it_was_seen_last_is_told_of_a_phone_that_is_gone() -> None:
    gone = Status(bob(), phone=phone(registered=False))
    assert f"Last seen {when(at_time())}" in str(status_messages.status(gone).blocks)
    just_now = str(status_messages.status(Status(bob(), phone=phone())).blocks)
    assert f"Had been registered since {when(at_time())}" in just_now
    assert "Last seen" not in just_now


def test_that_phones_were_turned_away_is_told_and_not_that_none_has_come() -> None:
    assert state(Status(bob(), turned_away=at_time())) == (
        f"Offline. Its phone was turned away {when(at_time())}, by a new password or as it was disabled. "
        "If the password is a new one, type it into the phone; else the phone comes back by itself."
    )

    assert "1 call today" in shown(status_messages.status(Status(bob(), today=Day(1, 0))))
    assert "today" not in shown(status_messages.status(Status(bob(), today=Day(0, 0))))


def test_several_phones_have_a_line_each_and_many_are_a_few_and_a_count() -> None:
    two = shown(status_messages.status(Status(bob(), [HERE, SILENT])))
    assert "• 192.0.2.7:5062 · Snom D785, answers in 12 ms" in two
    assert "• [2001:db8::7]:5060 · a phone, does not answer: is it switched off, or behind a firewall?" in two
    phones = [replace(HERE, port=port) for port in range(100)]
    assert "… and 80 more phones" in shown(status_messages.status(Status(bob(), phones)))
    assert "more phones" not in shown(status_messages.status(Status(bob(), phones[:20])))


def test_only_what_is_not_usual_is_told_besides() -> None:
    row = bob(
        max_contacts=2,
        caller_id="Reception",
        voicemail_enabled=True,
        email="b@example.com",
        notes="2nd *floor*",
    )
    hint = Hint("102", "from-internal", "PJSIP/102", HintState.IDLE, ("103",))
    found = Status(row, [HERE], hint=hint, error="Asterisk is away", status_since=at_time())
    assert status_messages.status(found, Role.EVERYBODY).blocks[-1] == plain_context(
        "⚠️ Asterisk is away.\nBusy lamp (BLF): 🟢 idle, watched by 103\nPhones at most: 2\n"
        "Caller ID: Reception\nVoicemail: on\nE-mail: b@example.com\nSlack status: “On a call” while they are in one\nNotes: 2nd *floor*"
    )
    plain = status_messages.status(Status(bob(caller_id="Bob"), [HERE]), Role.EVERYBODY)
    assert len(plain.blocks) == 3


def test_an_admin_reads_why_it_is_not_live_and_others_whom_to_ask() -> None:
    row = extension(state=State.PENDING, reason="/etc/asterisk/x.conf:5 has exten => 7")
    assert "🕓 Saved, not live yet: /etc/asterisk/x.conf:5 has exten => 7." in shown(
        status_messages.status(Status(row))
    )
    (seen,) = status_messages.without_reasons([Status(row)])
    assert "Saved, not live yet: an admin sees why with /ext doctor 101" in shown(
        status_messages.status(seen)
    )
    (live,) = status_messages.without_reasons([Status(extension(reason="steps are written by hand at /x:5"))])
    assert "/x:5" not in shown(list_messages.listing([live], ""))
    assert "/x:5" not in shown(status_messages.status(live))
    assert "⚠️ Twice." in shown(status_messages.status(Status(extension(reason="twice"))))
    assert "❌ Refused: twice." in shown(
        status_messages.status(Status(extension(state=State.FAILED, reason="twice")))
    )
    assert row.reason == "/etc/asterisk/x.conf:5 has exten => 7"


def test_each_has_the_buttons_for_what_they_may_do() -> None:
    kinds = [block["type"] for block in status_messages.status(Status(bob()), Role.ADMIN).blocks]
    assert kinds == ["section", "context", "actions"]
    assert "[ New password ]" in shown(status_messages.status(Status(bob()), Role.OWNER))
    assert "actions" not in [
        block["type"] for block in status_messages.status(Status(bob()), Role.EVERYBODY).blocks
    ]


@pytest.mark.parametrize("role", [Role.OWNER, Role.EVERYBODY])
def test_why_and_who_did_what_since_are_for_admins_alone(role: Role) -> None:
    since = AuditEntry(
        at=at_time(), actor="slack:U0ADA", action="changed", number="102", changes={"notes": ["", "x"]}
    )
    row = bob(state=State.FAILED, reason="pjsip.conf line 7")
    done = ChangeResult(row, warnings=("trunk 3",), overtaken=True, since=since)
    told = status_messages.for_role(done, role)
    assert (told.since, told.warnings, told.overtaken) == (None, (), True)
    assert told.extension
    assert "pjsip.conf" not in (told.extension.reason or "")
    assert status_messages.for_role(done, Role.ADMIN) == done
