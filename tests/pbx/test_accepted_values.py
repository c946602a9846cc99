"""Every name and secret that is accepted reaches the real Asterisk, and a real phone, exactly."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from models.extension import Extension, State
from models.field_rules import MIN_SECRET_LENGTH
from models.fields import NewExtension
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk, RegistrationFailed
from tests.pbx.extension_driver import insert, registers, shown, states

SECRETS = (
    "abc;defgh", ";;;;;;;;", ";--abcdef", "--;abcdef", "#include", "=abcdefg", "a=b=c=d=", ">abcdefg", ">>>>>>>>",
    "[101]abc", "a'b`c$d{e}", "+abcdefg", "a,b|c&d%e?f", "<sip:a@b>", "x" * 128, "!\"#".replace('"', "") + "$%&()*~",
)  # fmt: skip

NAMES = (
    'Bob "the boss"', "O'Brien; Esq.", "[101]", ";--", "--;", "#include x", "\\", "a\\", "\\\\\\", '"', "=> b", "<sip:a@b>",
    "張偉", "שרה", "می‌خواهم", "👩‍💻 Zoë", "${EXTEN}", "a,b", "x" * 80, "é" * 80, "🎉" * 80, '"' * 80, "+ -", "%s %n",
)  # fmt: skip


def test_a_phone_registers_with_every_accepted_secret_exactly(services: Services, asterisk: Asterisk) -> None:
    numbers = [str(number) for number in range(101, 101 + len(SECRETS))]
    for number, secret in zip(numbers, SECRETS, strict=True):
        checked = NewExtension(number=number, name="Alice", secret=SecretStr(secret)).secret
        insert(services, number, encrypted_secret=services.cipher.encrypt(checked))
    publish(services)
    assert set(states(services).values()) == {State.LIVE}
    for number, secret in zip(numbers, SECRETS, strict=True):
        registers(asterisk, number, secret)
    with pytest.raises(RegistrationFailed):
        registers(asterisk, "101", SECRETS[0].partition(";")[0])


def test_every_accepted_name_is_shown_by_asterisk_exactly(services: Services) -> None:
    for number, name in enumerate(NAMES, 101):
        insert(services, str(number), name=NewExtension(name=name).name)
    publish(services)
    assert set(states(services).values()) == {State.LIVE}
    assert shown(services, "104")["endpoint"]["Callerid"] == '";--" <104>'
    assert shown(services, "113")["endpoint"]["Callerid"] == f'"{NAMES[12]}" <113>'


def accepted(**values: str) -> bool:
    with contextlib.suppress(ValidationError):
        return bool(NewExtension.model_validate({"name": "Alice"} | values))
    return False


NASTY = st.text(st.sampled_from('";\\-[]<>=#é🎉 a'), min_size=1, max_size=80)
ANY_NAME = (NASTY | st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)).filter(
    lambda text: accepted(name=text)
)
ANY_SECRET = (
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=MIN_SECRET_LENGTH, max_size=128)
    .map(lambda text: re.sub(r'["\\]', ";", text))
    .filter(lambda text: accepted(secret=text))
)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.tuples(ANY_NAME, ANY_SECRET), min_size=60, max_size=60))
def test_hundreds_of_random_rows_go_live_in_one_publish_each(
    services: Services, rows: list[tuple[str, str]]
) -> None:
    """LIVE means that Asterisk itself showed every value."""
    taken = len(states(services))
    with services.database.session() as session:
        for number, (name, secret) in enumerate(rows, 1000 + taken):
            values = NewExtension(name=name, secret=SecretStr(secret))
            encrypted = services.cipher.encrypt(values.secret)
            session.add(
                Extension(number=str(number), name=values.name, encrypted_secret=encrypted, codecs=["ulaw"])
            )
    publish(services)
    assert len(states(services)) == taken + len(rows)
    assert set(states(services).values()) == {State.LIVE}
