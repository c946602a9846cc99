"""Rows as hostile as the database takes them, and every message that can be made of them, by its name."""

from __future__ import annotations

import re
import string
from datetime import UTC, datetime
from functools import reduce
from typing import Any

from hypothesis import strategies as st
from pydantic import SecretStr

from handlers import audit_messages
from handlers.alerts import command, incident_messages
from handlers.alerts.call_messages import Call, MissedCall
from handlers.alerts.channel_messages import ChannelBroken, GroupGone
from handlers.alerts.incident_messages import IncidentOpened, IncidentResolved
from handlers.alerts.login_messages import AddressAttack, FailedLogins, LoginFlood
from handlers.alerts.phone_messages import Flapping, FlappingEnded, Registrations
from handlers.onboarding import modals
from handlers.onboarding.command import listing
from handlers.onboarding.delivery_messages import DeliveryAnswered, DeliveryFailed, OwnerUnclear
from handlers.onboarding.linphone import Ticket
from handlers.onboarding.messages import (
    DetailsNeeded,
    HrUnresponsive,
    NoSlackAccount,
    PhoneNotWorking,
    RecreatedByHand,
    Welcome,
    WelcomeWithheld,
)
from handlers.onboarding.modals import View
from handlers.slack import commands
from handlers.slack import messages as slack_messages
from handlers.slack.blocks import SlackMessage
from handlers.slack.message_content import MessageContent
from models.alert_route import AlertRoute
from models.audit import AuditEntry
from models.event import CALLS, REGISTRATIONS, Event, Kind
from models.extension import Extension, State
from models.hr_delivery import DeliveryState, HrDelivery
from models.phone import Phone
from pbx.answers import ChangeResult, Day, Status
from pbx.contact_status import Contact

MOMENT = datetime(2026, 2, 1, tzinfo=UTC)
BAD_WORDS = (
    "&",
    "<",
    '"',
    "\\",
    "😀",
    "a ",
    "<!channel> ",
    "@channel #general ",
    "https://evil.example/ ",
    "`*_~",
)
USERS = st.from_regex(r"[UW][A-Z0-9]{2,30}", fullmatch=True)
NUMBERS = st.text(string.digits, min_size=2, max_size=20)

BROKEN_ENTITY = re.compile(r"&(?!(amp|lt|gt);)")


def words(most: int, least: int = 0) -> st.SearchStrategy[str]:
    """Of the worst kinds, mostly as long as allowed."""
    longest = st.sampled_from(BAD_WORDS).map(lambda word: (word * most)[:most])
    some = st.text(st.characters(exclude_categories=["C"]), min_size=least, max_size=min(most, 60))
    return st.one_of(longest, some)


TEXT, REASON = words(255), words(20_000)
EXTENSIONS = st.builds(
    Extension,
    id=st.integers(1, 2**31),
    number=NUMBERS,
    name=words(80, 1),
    enabled=st.booleans(),
    context=st.text(string.ascii_letters, min_size=1, max_size=79),
    transport=st.just("udp"),
    codecs=st.lists(st.sampled_from(("ulaw", "slin16")), min_size=1, max_size=8),
    max_contacts=st.integers(1, 100),
    caller_id=words(80),
    email=words(254),
    slack_user_id=st.none() | USERS,
    notes=words(1000),
    state=st.sampled_from(State),
    reason=REASON,
    encrypted_secret=st.just("encrypted"),
)
CONTACTS = st.builds(
    Contact, address=words(100), port=st.just(5060), user_agent=REASON, status=st.sampled_from(("Reachable", "")),
    round_trip_ms=st.none() | st.floats(0, 1e6),
)  # fmt: skip


def events(kinds: tuple[Kind, ...], number: st.SearchStrategy[str] = TEXT) -> st.SearchStrategy[Event]:
    return st.builds(
        Event, at=st.just(MOMENT), kind=st.sampled_from(kinds), backfilled=st.booleans(), number=number, peer=TEXT,
        peer_name=TEXT, channel=TEXT, address=TEXT, port=st.just(5060), user_agent=TEXT, reason=words(32),
        cause_text=TEXT, rang=st.floats(0, 1e6), talked=st.floats(0, 1e6),
    )  # fmt: skip


def many(one: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[list[Any]]:
    """A few different ones, repeated: thousands of them are soon made."""
    few = st.lists(one, max_size=3)
    return st.tuples(few, st.sampled_from((1, 7, most))).map(lambda drawn: (drawn[0] * most)[: drawn[1]])


STATUSES = st.builds(
    Status,
    extension=EXTENSIONS,
    contacts=many(CONTACTS, 100),
    trouble=st.none() | words(2000, 1),
    phone=st.builds(
        Phone, number=NUMBERS, address=TEXT, port=st.just(1), registered=st.booleans(), since=st.just(MOMENT)
    ),
    calls=many(events(CALLS), 50),
    today=st.none() | st.builds(Day, st.integers(0, 10**6), st.integers(0, 10**6)),
)
VALUES = st.none() | words(1000) | st.booleans() | st.lists(words(20), max_size=8)
CHANGES = st.dictionaries(words(40), st.none() | st.lists(VALUES, min_size=2, max_size=2), max_size=13)
OUTCOMES = st.builds(
    ChangeResult, extension=st.none() | EXTENSIONS, secret=st.none() | words(128, 1).map(SecretStr),
    warnings=st.lists(words(2000), max_size=20).map(tuple), changes=st.none() | CHANGES,
)  # fmt: skip
ROUTES = st.builds(AlertRoute, topic=st.sampled_from(("", "calls")), numbers=words(41), channel=words(64))
HR_ROWS = st.builds(
    HrDelivery,
    id=st.integers(1, 2**31),
    source=words(32),
    received_at=st.just(MOMENT),
    events=many(
        st.fixed_dictionaries(
            {"kind": st.just("joined"), "external_id": words(128), "name": st.none() | words(80)}
        ),
        500,
    ),
    state=st.sampled_from(DeliveryState),
    reason=REASON,
)

AUDIT_ENTRIES = st.builds(
    AuditEntry, at=st.just(MOMENT), action=words(400), number=st.none() | NUMBERS,
    actor=words(100).map("cli:".__add__) | words(100).map("hr:".__add__) | USERS.map("slack:".__add__),
    changes=CHANGES,
)  # fmt: skip


FAILED = st.builds(
    Event, at=st.just(MOMENT), kind=st.just(Kind.LOGIN_FAILED), number=TEXT, address=TEXT, reason=words(32),
    count=st.integers(1, 10**9), accounts=st.none() | st.lists(words(32), min_size=1, max_size=20),
)  # fmt: skip


def calls(happened: list[Event]) -> Call:
    return reduce(Call.after, happened[1:], Call.begin(happened[0]))


def registrations(happened: list[Event]) -> Registrations:
    content = Registrations.begin(happened[0])
    for event in happened:
        content.add(event)
    return content


def failed_logins(kind: type[FailedLogins], happened: list[Event]) -> FailedLogins:
    return reduce(kind.after, happened[1:], kind.begin(happened[0]))


def gathered(one: st.SearchStrategy[Event]) -> st.SearchStrategy[list[Event]]:
    """The events of a message that grew with up to sixty of them."""
    return st.lists(one, min_size=1, max_size=60)


IDS, TICKET = st.integers(1, 2**31), st.just(Ticket(1, "f" * 32))
LINK = "https://p.example/" + "x" * 400
TIMES = st.floats(1.7e9, 1.9e9)
SUBJECTS = st.sampled_from((*incident_messages.TEXTS, "job:onboard", "job:post"))
CONTENTS: dict[str, st.SearchStrategy[MessageContent]] = {
    "call": gathered(events(CALLS)).map(calls),
    "registrations": gathered(events(REGISTRATIONS, NUMBERS)).map(registrations),
    "flapping": st.builds(Flapping, number=NUMBERS, changes=IDS),
    "settled": st.builds(FlappingEnded, number=NUMBERS, changes=IDS, registered=st.booleans()),
    "security": st.builds(failed_logins, st.just(AddressAttack), gathered(FAILED)),
    "flood": st.builds(failed_logins, st.just(LoginFlood), gathered(FAILED)),
    "missed": st.builds(MissedCall.of, events(CALLS), TEXT),
    "broken": st.builds(ChannelBroken, channel=words(64), error=words(100)),
    "group_gone": st.builds(GroupGone, group=words(64), error=words(100)),
    "welcome": st.builds(
        Welcome, employee=IDS, name=words(80), number=NUMBERS, server=words(255), ticket=st.none() | TICKET
    ).map(lambda content: content.model_copy(update={"link": LINK if content.ticket else None})),
    "no_slack": st.builds(
        NoSlackAccount, name=words(80), email=words(254), number=NUMBERS, error=st.none() | TEXT
    ),
    "no_start": st.builds(PhoneNotWorking, name=words(80), number=NUMBERS, reason=REASON),
    "made_anew": st.builds(RecreatedByHand, name=words(80), number=NUMBERS),
    "not_told": st.builds(
        WelcomeWithheld, name=words(80), number=NUMBERS, reason=REASON, works=st.booleans()
    ),
    "hr_failed": st.builds(
        DeliveryFailed, delivery=IDS, source=words(32), who=words(300), reason=REASON, joins=st.booleans()
    ),
    "hr_doubt": st.builds(
        OwnerUnclear.of,
        HR_ROWS,
        words(300),
        st.lists(EXTENSIONS, min_size=1, max_size=30),
        leaves=st.booleans(),
    ),
    "hr_answered": st.builds(
        DeliveryAnswered, delivery=IDS, source=words(32), who=words(300), words=REASON, by=st.just("") | USERS
    ),
    "hr_silent": st.builds(HrUnresponsive, delivery=IDS, source=words(32), reason=REASON),
    "hr_details": st.builds(DetailsNeeded, whom=words(161), reason=st.none() | REASON),
    "trouble": st.builds(
        IncidentOpened.of, SUBJECTS, TIMES, IDS, st.dictionaries(NUMBERS, REASON, min_size=1, max_size=30)
    ),
    "trouble_over": st.builds(IncidentResolved, subject=SUBJECTS, lasted=st.floats(0, 1e6), times=IDS),
}
HELP = [(each.usage, each.summary) for each in commands.SUBCOMMANDS.values()]
ANSWERS: dict[str, st.SearchStrategy[SlackMessage]] = {
    "messages.outcome": st.builds(
        slack_messages.outcome, OUTCOMES, st.sampled_from(("created", "changed")), NUMBERS, words(255)
    ),
    "messages.status": STATUSES.map(slack_messages.status),
    "messages.listing": st.builds(slack_messages.listing, many(STATUSES, 3000), words(4000)),
    "messages.overview": many(STATUSES, 3000).map(slack_messages.overview),
    "messages.warned": st.builds(
        slack_messages.warned,
        st.builds(slack_messages.listing, many(STATUSES, 3000), words(4000)),
        st.none() | words(2000),
    ),
    "messages.confirm_delete": EXTENSIONS.map(slack_messages.confirm_delete),
    "messages.help_text": st.just(slack_messages.help_text(HELP)),
    "messages.refusal": REASON.map(slack_messages.refusal),
    "command.render": st.builds(command.render, many(ROUTES, 3000), st.just("Done: calls of 101.")),
    "audit_messages.trail": st.builds(audit_messages.trail, many(AUDIT_ENTRIES, 20), st.none() | NUMBERS),
    "command.listing": st.builds(listing, st.lists(HR_ROWS, max_size=20), st.just({})),
}
MODALS: dict[str, st.SearchStrategy[View]] = {
    "secret_modal": st.builds(
        modals.secret_modal, words(80), NUMBERS, words(255), st.just("udp"), words(128, 1)
    ),
    "shown_already_modal": st.just(modals.shown_already_modal()),
    "number_modal": IDS.map(str).map(modals.number_modal),
    "details_modal": words(161).map(modals.details_modal),
}
