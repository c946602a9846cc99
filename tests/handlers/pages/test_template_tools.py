from __future__ import annotations

from handlers.pages import template_tools
from models.phone import Phone
from models.types import now


def phone(user_agent: str) -> Phone:
    return Phone(
        number="101", address="192.0.2.7", port=5062, user_agent=user_agent, registered=True, since=now()
    )


def test_a_phone_is_shown_by_address_and_the_beginning_of_what_it_says_it_is() -> None:
    assert template_tools.place(phone("Snom D785")) == "192.0.2.7:5062 · Snom D785"
    assert template_tools.place(phone("")) == "192.0.2.7:5062 · a phone"
    assert template_tools.place(phone("A" * 3000)) == f"192.0.2.7:5062 · {'A' * 79}…"
