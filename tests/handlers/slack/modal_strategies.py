"""Every window that can be made of hostile rows, by its name."""

from __future__ import annotations

from hypothesis import strategies as st

from handlers.onboarding import modals
from handlers.slack import windows
from handlers.slack.blocks import Block, View
from handlers.slack.messages import refusal
from handlers.slack.modals import alert_form, extension_forms, menu, nat_form
from handlers.slack.modals.extension_values import shown
from handlers.slack.roles import Role
from models.fields import EndpointFields
from models.nat import Nat
from tests.handlers.home import home_strategies
from tests.handlers.onboarding.strategies import LINK
from tests.handlers.slack.message_strategies import ANSWERS
from tests.handlers.slack.row_strategies import EXTENSIONS, IDS, NUMBERS, REASON, USERS, words

PROBLEM: st.SearchStrategy[list[Block]] = st.just([]) | REASON.map(refusal).map(
    lambda message: message.blocks
)
TYPED_NEW = st.fixed_dictionaries(
    {}, optional={"name": words(3000), "number": words(3000), "email": words(254), "slack_user_id": USERS}
)
TYPED_MORE = st.fixed_dictionaries(
    {"max_contacts": words(3000), "context": words(3000), "caller_id": words(3000), "notes": words(3000)}
)
MORE = TYPED_MORE.map(lambda typed: shown(EndpointFields()) | typed)
NATS = st.builds(
    Nat,
    external_media_address=words(253),
    external_signaling_address=st.none() | words(253),
    local_net=st.lists(st.just("2001:db8:ffff:ffff::/64"), max_size=50),
)
TYPED_NAT = st.fixed_dictionaries({}, optional={"media": words(3000), "local": words(3000)})
MODALS: dict[str, st.SearchStrategy[View]] = {
    "answer_modal": ANSWERS["outcome_messages.outcome"].map(windows.answer_modal),
    "wait_modal": st.sampled_from(("", "f" * 64)).map(windows.wait_modal),
    "create_modal": st.builds(extension_forms.create_modal, TYPED_NEW | MORE, st.none() | NUMBERS, PROBLEM),
    "edit_modal": st.builds(extension_forms.edit_modal, EXTENSIONS, st.just({}) | MORE, PROBLEM)
    | EXTENSIONS.map(lambda row: extension_forms.edit_modal(row, shown(row))),
    "nat_modal": st.builds(nat_form.nat_modal, st.none() | NATS, TYPED_NAT, PROBLEM),
    "alerts_modal": st.builds(alert_form.alerts_modal),
    "menu_modal": st.builds(menu.menu_modal, st.lists(EXTENSIONS, max_size=20), st.sampled_from(Role)),
    "secret_modal": st.builds(
        modals.secret_modal, words(80), NUMBERS, words(255), st.just("udp"), words(128, 1)
    ),
    "scan_modal": st.builds(modals.scan_modal, st.just(LINK), picture=st.booleans()),
    **home_strategies.VIEWS,
    "shown_already_modal": st.just(modals.shown_already_modal()),
    "number_modal": IDS.map(str).map(modals.number_modal),
    "details_modal": st.builds(modals.details_modal, words(161), st.lists(words(255, 1), max_size=200)),
}
