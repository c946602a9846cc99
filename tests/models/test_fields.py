"""The fields of an extension as they are read from what somebody gave."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from models.fields import Changes, NewExtension, default_of, pjsip_options


@pytest.mark.parametrize(
    ("field", "given_value", "taken"),
    [
        ("context", "from-internal", "from-internal"),
        ("transport", "TCP", "tcp"),
        ("codecs", "alaw, G722", ["alaw", "g722"]),
        ("max_contacts", "100", 100),
        ("qualify_frequency", "0", 0),
        ("direct_media", "yes", True),
        ("enabled", "no", False),
        ("caller_id", "Front desk", "Front desk"),
        ("caller_id", "", None),
        ("email", "alice@example.com", "alice@example.com"),
        ("email", "", None),
        ("slack_user_id", "U0ALICE", "U0ALICE"),
        ("notes", "by the window", "by the window"),
    ],
)
def test_each_setting_is_parsed_into_its_type(field: str, given_value: str, taken: object) -> None:
    assert Changes.model_validate({field: given_value}).given() == {field: taken}


def test_only_what_was_given_is_given_back() -> None:
    assert Changes().given() == {}
    assert NewExtension(name="Alice").given() == {"name": "Alice"}


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        NewExtension.model_validate({"name": "Alice", "colour": "red"})


def test_a_default_is_the_fields_own_and_options_are_found_by_their_section() -> None:
    assert default_of("qualify_frequency") == 60
    assert pjsip_options("aor") == ["qualify_frequency"]
