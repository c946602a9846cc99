"""An answer as it is kept."""

from __future__ import annotations

import pytest

from handlers.slack.blocks import SlackMessage, actions, button, phone_settings, plain, section
from handlers.slack.stored_answer import StoredAnswer

FORM = {"type": "modal"}


def answer(text: str, *blocks: dict[str, object]) -> StoredAnswer:
    return StoredAnswer(user_id="U0ADA", asked="x", text=text, blocks=list(blocks))


@pytest.mark.parametrize(
    ("blocks", "has_more"),
    [
        ([], False),
        (plain("done").blocks, False),
        ([section("done"), phone_settings("101", "pbx", "udp", "hunter22")], True),
        ([section("done"), actions(button("Again", "a", "1"))], True),
    ],
)
def test_it_has_more_than_its_text_if_its_blocks_say_more(
    blocks: list[dict[str, object]], has_more: bool
) -> None:
    assert answer("done", *blocks).has_more is has_more


def test_it_is_shown_as_a_form_if_it_has_one() -> None:
    assert answer("done").shown == SlackMessage("done")
    assert answer("").model_copy(update={"view": FORM}).shown == FORM


def test_it_outlives_being_kept() -> None:
    kept = answer("done", *plain("done").blocks)
    assert StoredAnswer.model_validate_json(kept.model_dump_json()) == kept


def test_what_is_in_it_is_in_no_error() -> None:
    with pytest.raises(ValueError, match="blocks") as error:
        StoredAnswer.model_validate({"user_id": "U0ADA", "asked": "x", "blocks": "hunter22"})
    assert "hunter22" not in str(error.value)
