"""Who has settled an older database, and how."""

from __future__ import annotations

from handlers.alerts.put_back_messages import Settling


def test_it_says_who_and_how() -> None:
    message = Settling(
        decision="phones stay as Asterisk has them, but for 101", by="anna, on the command line,"
    ).render()
    assert (
        "anna, on the command line, has decided: phones stay as Asterisk has them, but for 101"
        in message.text
    )
