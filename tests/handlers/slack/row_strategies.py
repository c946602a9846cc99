"""Rows as hostile as the database takes them."""

from __future__ import annotations

import re
import string
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from pydantic import SecretStr

from handlers.steps.functions import FUNCTIONS
from models.alert_route import AlertRoute
from models.audit import AuditEntry
from models.event import Event, EventKind
from models.extension import Extension, State
from models.hr_delivery import DeliveryState, HrDelivery
from models.phone import Phone
from models.step_execution import StepExecution
from pbx.adoption.answers import AdoptionPreview, ReleasePreview
from pbx.adoption.candidates import Candidate, Refused
from pbx.answers import ChangeResult, Day, Status
from pbx.contact_status import Contact
from pbx.hint_states import Hint, HintState, Presence

CALLS = (EventKind.RINGING, EventKind.ANSWERED, EventKind.ENDED)
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
    "*evil* ",
    "_evil_ ",
    "~evil~ ",
    "`evil` ",
    "```evil``` ",
    ":evil:",
    "＊evil＊ ",
    ">evil ",
    "x evil* ",
    "x evil` ",
    "\u200b_evil_\u200b",
    "\u202elive\u2066 ",
    "שלום ",
    "👩‍👩‍👧‍👦",
)
USERS = st.from_regex(r"[UW][A-Z0-9]{2,30}", fullmatch=True)
MENTIONS = USERS.map("<@{}>".format)
NUMBERS = st.text(string.digits, min_size=2, max_size=20)
IDS, TIMES = st.integers(1, 2**31), st.floats(1.7e9, 1.9e9)

LONGEST_LINE = 2000
BROKEN_ENTITY = re.compile(r"&(?!(amp|lt|gt);)")


# What stands in errors and in files; no name has it.
BAD_LINES = ("a\n*evil* ", "a\n>evil ", "exten => _9X.,1,Dial(${EXTEN}) ", "/x.conf:100: *97, ~/.x\n")


def words(most: int, least: int = 0) -> st.SearchStrategy[str]:
    """Of the worst kinds, mostly as long as allowed."""
    bad = BAD_WORDS if most < LONGEST_LINE else BAD_WORDS + BAD_LINES
    longest = st.sampled_from(bad).map(lambda word: (word * most)[:most])
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


def events(kinds: tuple[EventKind, ...], number: st.SearchStrategy[str] = TEXT) -> st.SearchStrategy[Event]:
    return st.builds(
        Event, at=st.just(MOMENT), kind=st.sampled_from(kinds), backfilled=st.booleans(), number=number, peer=TEXT,
        peer_name=TEXT, channel=TEXT, address=TEXT, port=st.just(5060), user_agent=TEXT, reason=words(32),
        cause_text=TEXT, rang=st.floats(0, 1e6), talked=st.floats(0, 1e6),
    )  # fmt: skip


def many(one: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[list[Any]]:
    """A few different ones, repeated: thousands of them are soon made."""
    few = st.lists(one, max_size=3)
    return st.tuples(few, st.sampled_from((1, 7, most))).map(lambda drawn: (drawn[0] * most)[: drawn[1]])


HINTS = st.builds(
    Hint, number=words(80, 1), context=words(80), devices=REASON, state=st.sampled_from(HintState),
    watchers=many(words(80, 1), 3000).map(tuple),
)  # fmt: skip
PRESENCES = st.builds(
    Presence, hints=many(HINTS, 3000).map(tuple), watched=many(HINTS, 3000).map(tuple),
    names=st.dictionaries(words(80, 1), words(80, 1), max_size=3), warnings=st.lists(words(500), max_size=8).map(tuple),
)  # fmt: skip
STATUSES = st.builds(
    Status,
    extension=EXTENSIONS,
    contacts=many(CONTACTS, 100),
    error=st.none() | words(2000, 1),
    phone=st.builds(
        Phone, number=NUMBERS, address=TEXT, port=st.just(1), registered=st.booleans(), since=st.just(MOMENT)
    ),
    calls=many(events(CALLS), 50),
    today=st.none() | st.builds(Day, st.integers(0, 10**6), st.integers(0, 10**6)),
    hint=st.none() | HINTS,
    starts=st.none() | st.dates(),
    names=st.dictionaries(TEXT, words(80, 1), max_size=3),
)
VALUES = st.none() | words(1000) | st.booleans() | st.lists(words(20), max_size=8)
CHANGES = st.dictionaries(words(40), st.none() | st.lists(VALUES, min_size=2, max_size=2), max_size=13)
OUTCOMES = st.builds(
    ChangeResult, extension=st.none() | EXTENSIONS, secret=st.none() | words(128, 1).map(SecretStr),
    warnings=st.lists(words(2000), max_size=20).map(tuple), changes=st.none() | CHANGES,
    hint=st.none() | HINTS,
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
    Event, at=st.just(MOMENT), kind=st.just(EventKind.LOGIN_FAILED), number=TEXT, address=TEXT, reason=words(32),
    count=st.integers(1, 10**9), accounts=st.none() | st.lists(words(32), min_size=1, max_size=20),
)  # fmt: skip
OPTIONS = st.dictionaries(
    st.sampled_from(("endpoint", "auth", "aor")), st.lists(st.tuples(words(60, 1), words(200)), max_size=9)
)
LINES = st.dictionaries(
    words(200, 1).map(Path), st.frozensets(st.integers(1, 10**6), min_size=1, max_size=40)
)
CANDIDATES = st.builds(
    Candidate,
    NUMBERS,
    st.fixed_dictionaries({"name": words(80, 1), "context": words(79, 1), "codecs": st.just(["ulaw"])}),
    OPTIONS,
    LINES,
    st.lists(REASON, max_size=3).map(tuple),
    st.booleans(),
)
STAYING = many(st.builds(Refused, words(80, 1), REASON), 3000)
ADOPTIONS = st.builds(AdoptionPreview, many(CANDIDATES, 3000), STAYING, st.just({}), st.none() | REASON)
RELEASES = st.builds(
    ReleasePreview, many(NUMBERS, 3000), many(NUMBERS, 3000), STAYING, st.none() | REASON, st.just("f" * 16)
)

STEPS = st.builds(
    StepExecution,
    id=st.integers(1, 2**31),
    execution_id=st.just("Fx1"),
    function=st.sampled_from(list(FUNCTIONS)),
    inputs=st.fixed_dictionaries({"user": USERS, "name": words(80), "number": NUMBERS, "email": words(254)}),
)
