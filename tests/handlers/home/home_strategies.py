"""Homes as hostile as the database allows."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from handlers.alerts import incident_messages
from handlers.home.content import (
    CALLS_SHOWN,
    MAX_OWN,
    NOT_LIVE_SHOWN,
    HomeContent,
    OwnExtension,
    Person,
    Team,
    Trouble,
)
from handlers.home.deliveries import MAX_REASON_LENGTH, SHOWN
from handlers.home.team import PAGE_SIZE
from handlers.home.views import phone_home, trouble_home
from handlers.number_names import Named
from handlers.onboarding.delivery_messages import DeliveryFailed, OwnerUnclear
from handlers.slack.blocks import section
from models.event import EventKind
from models.open_home import MAX_SEARCH_LENGTH
from models.phone import Phone
from tests.handlers.slack.row_strategies import (
    EXTENSIONS,
    HR_ROWS,
    MOMENT,
    NUMBERS,
    REASON,
    TEXT,
    USERS,
    events,
    many,
    words,
)

COUNTS = st.integers(0, 5000)
PHONES = st.builds(
    Phone,
    number=NUMBERS,
    address=TEXT,
    port=st.just(1),
    user_agent=TEXT,
    registered=st.booleans(),
    since=st.just(MOMENT),
)
FLAGS = [st.booleans()] * 4
PEOPLE = st.builds(Person, NUMBERS, words(80, 1), st.none() | USERS, *FLAGS)
OWN = st.builds(
    OwnExtension,
    EXTENSIONS,
    st.booleans(),
    st.booleans(),
    st.none() | PHONES,
    st.sampled_from(("", "17", "h17")),
    st.booleans(),
)
TEAMS = st.builds(
    Team,
    many(PEOPLE, PAGE_SIZE),
    COUNTS,
    COUNTS,
    COUNTS,
    st.integers(1, 200),
    st.integers(1, 200),
    words(MAX_SEARCH_LENGTH),
)
QUESTIONS = st.builds(
    DeliveryFailed,
    delivery=st.integers(1, 9**9),
    source=words(32),
    who=words(300),
    reason=words(MAX_REASON_LENGTH),
    joins=st.booleans(),
) | st.builds(
    OwnerUnclear.of, HR_ROWS, words(300), st.lists(EXTENSIONS, min_size=1, max_size=30), leaves=st.booleans()
)
INCIDENTS = st.tuples(st.sampled_from(tuple(incident_messages.TEXTS)), st.just(1.8e9))
TROUBLES = st.builds(
    Trouble,
    st.none() | REASON,
    st.none() | REASON,
    many(INCIDENTS, 20),
    many(EXTENSIONS, NOT_LIVE_SHOWN),
    COUNTS,
    many(QUESTIONS.map(lambda asked: asked.render().blocks), SHOWN).map(lambda asked: asked[:SHOWN]),
    COUNTS,
)
HOMES = st.builds(
    HomeContent,
    admins=st.lists(USERS.map("<@{}>".format), max_size=40),
    own=many(OWN, MAX_OWN),
    own_count=COUNTS,
    more=st.just([]) | st.just([section("More")]),
    calls=many(events((EventKind.ENDED,)), CALLS_SHOWN),
    names=st.dictionaries(TEXT, st.builds(Named, words(80), st.just(MOMENT)), max_size=3),
    team=TEAMS,
    is_current=st.booleans(),
    trouble=st.none() | TROUBLES,
)
VIEWS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "phone_home": HOMES.map(phone_home),
    "trouble_home": REASON.map(trouble_home),
}
