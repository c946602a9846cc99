"""What admins read of a delivery that waits for them."""

from __future__ import annotations

from handlers.onboarding import delivery_messages
from handlers.onboarding.delivery_messages import Candidate, OwnerUnclear
from models.hr_delivery import DeliveryState, HrDelivery
from models.types import now


def test_of_many_people_a_few_are_named_and_the_others_counted() -> None:
    events = [{"kind": "left", "name": f"Person {place}", "external_id": str(place)} for place in range(7)]
    row = HrDelivery(source="standard", key="k", received_at=now(), state=DeliveryState.FAILED, events=events)
    assert (
        delivery_messages.who(row)
        == "Person 0 left, Person 1 left, Person 2 left, Person 3 left, Person 4 left and 2 more"
    )


def test_a_button_whose_label_is_cut_shows_it() -> None:
    candidates = (Candidate("101", "x" * 80, "theirs:1@1"),)
    content = OwnerUnclear(
        delivery=1, source="standard", reason="a reason", candidates=candidates, leaves=True
    )
    actions = content.render().blocks[-1]
    assert actions["elements"][0]["text"]["text"] == f"Lock out 101 ({'x' * 60}…"
