"""Who has settled an older database, and how."""

from __future__ import annotations

from handlers.alerts.put_back_messages import Settling


def test_it_says_who_and_how() -> None:
    message = Settling(
        decision="phones stay as Asterisk has them, but for 101", by="anna, on the command line,"
    ).render()
    assert message.text == (
        "⚖️ *Which counts, the database or Asterisk* · anna, on the command line, has decided: "
        "phones stay as Asterisk has them, but for 101"
    )


def test_it_says_what_no_decision_changes() -> None:
    newer = "changed here since it was noticed, and stays so: 102 (password)"
    message = Settling(decision="phones stay as Asterisk has them", by="anna", stays=newer).render()
    assert message.text.endswith(
        "has decided: phones stay as Asterisk has them. "
        "Changed here since it was noticed, and stays so: 102 (password)."
    )
