"""What new people and their admins read when HR has somebody new, by kind of message."""

from __future__ import annotations

from handlers.onboarding import modals
from handlers.onboarding.admin_messages import (
    DetailsNeeded,
    HrUnresponsive,
    NoSlackAccount,
    PhoneNotWorking,
    RecreatedByHand,
    WelcomeWithheld,
)
from handlers.onboarding.delivery_messages import DeliveryAnswered, DeliveryFailed, OwnerUnclear
from handlers.onboarding.linphone import Ticket
from handlers.onboarding.messages import Welcome
from handlers.slack.done import Done
from handlers.steps.functions import CREATE, DISABLE
from handlers.steps.messages import StepAsked, StepUntold
from models.hr_delivery import DeliveryState, HrDelivery
from models.step_execution import StepExecution
from tests.pictures.ordinary.parts import ByKind
from tests.pictures.ordinary.people import ADA, ALICE, NOW, extension

WHO = "Alice Nguyen (alice@example.com) joined"


def delivery(
    number: int, kind: str, name: str, state: DeliveryState, reason: str | None = None
) -> HrDelivery:
    events = [{"kind": kind, "external_id": str(1000 + number), "name": name}]
    return HrDelivery(
        id=number,
        source="bamboohr",
        key=str(number),
        received_at=NOW,
        events=events,
        state=state,
        reason=reason,
    )


def leaver() -> HrDelivery:
    reason = "HR sent no e-mail address, and two extensions have this name"
    return delivery(18, "left", "Dan Okafor", DeliveryState.NEEDS_CHOICE, reason)


def step(function: str, **inputs: str) -> StepExecution:
    return StepExecution(id=1, execution_id="Fx1", function=function, inputs={"user": ALICE} | inputs)


ONBOARDING: ByKind = {
    "step_asked": lambda: StepAsked.of(step(CREATE, name="Alice Nguyen", email="alice@example.com")),
    "step_untold": lambda: StepUntold.of(step(DISABLE), reason="function_execution_not_found"),
    "welcome": lambda: Welcome(
        employee=1, name="Alice", number="101", server="pbx.example.com", ticket=Ticket(1, "f" * 32)
    ).model_copy(update={"link": "https://phones.example.com/phone/abcdefghijklmnop"}),
    "no_slack": lambda: NoSlackAccount(
        employee=7, extension=5, name="Alice Nguyen", email="alice@example.com", number="101"
    ),
    "no_start": lambda: PhoneNotWorking(
        extension=5, name="Alice Nguyen", number="101", reason="the codec opus is not installed in Asterisk"
    ),
    "made_anew": lambda: RecreatedByHand(extension=6, name="Dan Okafor", number="106"),
    "not_told": lambda: WelcomeWithheld(
        extension=5, name="Alice Nguyen", number="101", reason="it is named “Front desk” since"
    ),
    "hr_failed": lambda: DeliveryFailed(
        delivery=17, source="bamboohr", who=WHO, reason="every number of EXTENSION_RANGE (100-199) is taken"
    ),
    "hr_doubt": lambda: OwnerUnclear.of(
        leaver(),
        "Dan Okafor left",
        [extension("106", "Dan Okafor"), extension("151", "Dan Okafor")],
        leaves=True,
    ),
    "hr_answered": lambda: DeliveryAnswered(
        delivery=17,
        source="bamboohr",
        who=WHO,
        words="Done: Alice Nguyen has extension 101",
        done=Done(by=ADA),
    ),
    "hr_silent": lambda: HrUnresponsive(
        delivery=19, source="personio", reason="it answers 503 Service Unavailable"
    ),
    "hr_details": lambda: DetailsNeeded(
        whom="personio 4711", reason="personio does not say who that is (403 Forbidden)"
    ),
    "secret_modal": lambda: modals.secret_modal(
        "Alice", "101", "pbx.example.com", "udp", "pXv4-t9Qm-27Lk-Zr8c"
    ),
    "scan_modal": lambda: modals.scan_modal("https://phones.example.com/phone/abcdefghijklmnop"),
    "shown_already_modal": modals.shown_already_modal,
    "number_modal": lambda: modals.number_modal("17"),
    "details_modal": lambda: modals.details_modal("personio 4711", ["Sales", "Support"]),
}
