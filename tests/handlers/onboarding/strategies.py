"""Every message about onboarding that can be made of hostile rows, by its name."""

from __future__ import annotations

from hypothesis import strategies as st

from handlers.onboarding.admin_messages import (
    DetailsNeeded,
    HrUnresponsive,
    NoSlackAccount,
    PhoneNotWorking,
    RecreatedByHand,
    WelcomeWithheld,
)
from handlers.onboarding.command import answered, listing
from handlers.onboarding.delivery_messages import DeliveryAnswered, DeliveryFailed, OwnerUnclear
from handlers.onboarding.linphone import Ticket
from handlers.onboarding.messages import Welcome
from handlers.slack.blocks import SlackMessage
from handlers.slack.message_content import MessageContent
from models.hr_delivery import HrDelivery
from tests.handlers.slack.row_strategies import EXTENSIONS, HR_ROWS, IDS, NUMBERS, REASON, TEXT, words

TICKET = st.just(Ticket(1, "f" * 32))
LINK = "https://p.example/" + "x" * 400
ONBOARDING_CONTENTS: dict[str, st.SearchStrategy[MessageContent]] = {
    "welcome": st.builds(
        Welcome, employee=IDS, name=words(80), number=NUMBERS, server=words(255), ticket=st.none() | TICKET
    ).map(lambda content: content.model_copy(update={"link": LINK if content.ticket else None})),
    "no_slack": st.builds(
        NoSlackAccount,
        employee=st.just(0) | IDS,
        extension=st.just(0) | IDS,
        name=words(80),
        email=words(254),
        number=NUMBERS,
        error=st.none() | TEXT,
    ),
    "no_start": st.builds(
        PhoneNotWorking, extension=st.just(0) | IDS, name=words(80), number=NUMBERS, reason=REASON
    ),
    "made_anew": st.builds(RecreatedByHand, extension=st.just(0) | IDS, name=words(80), number=NUMBERS),
    "not_told": st.builds(
        WelcomeWithheld,
        extension=st.just(0) | IDS,
        name=words(80),
        number=NUMBERS,
        reason=REASON,
        works=st.booleans(),
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
    "hr_answered": st.builds(DeliveryAnswered, delivery=IDS, source=words(32), who=words(300), words=REASON),
    "hr_silent": st.builds(HrUnresponsive, delivery=IDS, source=words(32), reason=REASON),
    "hr_details": st.builds(DetailsNeeded, whom=words(161), reason=st.none() | REASON),
}


def numbered(rows: list[HrDelivery]) -> list[HrDelivery]:
    """Return rows with an id of their own each, as the database gives them."""
    for at, row in enumerate(rows, 1):
        row.id = at
    return rows


ONBOARDING_ANSWERS: dict[str, st.SearchStrategy[SlackMessage]] = {
    "command.listing": st.builds(listing, st.lists(HR_ROWS, max_size=20).map(numbered), st.just({})),
    "command.answered": words(300, 1).map(answered),
}
