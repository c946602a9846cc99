"""SIP secrets at rest, and that nothing on the way shows them."""

from __future__ import annotations

import traceback

import pytest
from pydantic import SecretStr

from models.encryption import SecretBox, generate_secret
from models.errors import SecretUnreadable
from models.extension import Extension
from models.fields import Changes, NewExtension
from pbx.pjsip import Endpoint
from settings import Settings

OLD, NEW = SecretStr("an old key of thirty-two characters"), SecretStr("a new key of thirty-two characters.")
SIP_SECRET = "hush-hush-9:;=#"


def sealed(box: SecretBox) -> str:
    return box.seal(SecretStr(SIP_SECRET))


def test_a_sealed_secret_opens_again_and_shows_nothing_before() -> None:
    box = SecretBox([NEW])
    assert SIP_SECRET not in sealed(box)
    assert sealed(box) != sealed(box)
    assert box.open(sealed(box)).get_secret_value() == SIP_SECRET


def test_a_new_key_in_front_keeps_old_secrets_readable_and_seals_with_itself() -> None:
    both = SecretBox([NEW, OLD])
    assert both.open(sealed(SecretBox([OLD]))).get_secret_value() == SIP_SECRET
    assert SecretBox([NEW]).open(sealed(both)).get_secret_value() == SIP_SECRET


@pytest.mark.parametrize("damage", ["", "x", "gAAAAA"])
def test_a_damaged_secret_is_unreadable(damage: str) -> None:
    with pytest.raises(SecretUnreadable):
        SecretBox([NEW]).open(damage)


def test_a_missing_key_is_named_with_its_remedy() -> None:
    with pytest.raises(SecretUnreadable, match="put the old key back behind the new one") as caught:
        SecretBox([NEW]).open(sealed(SecretBox([OLD])))
    shown = "".join(traceback.format_exception(caught.value))
    assert not any(key.get_secret_value() in shown for key in (OLD, NEW))


def test_no_repr_or_str_shows_a_secret() -> None:
    row = Extension(
        number="101", name="Alice", codecs=["ulaw"], encrypted_secret="SEALED", last_verified={"x": "SEALED"}
    )
    endpoint = Endpoint(number="101", name="Alice", secret=SecretStr(SIP_SECRET))
    changes = Changes(secret=SecretStr(SIP_SECRET))
    for shown in (row, endpoint, changes, changes.given(), SecretBox([OLD])):
        for text in (repr(shown), str(shown), f"{shown}"):
            assert not any(secret in text for secret in (SIP_SECRET, "SEALED", OLD.get_secret_value()))


def test_settings_show_no_secret() -> None:
    secrets = {name: SecretStr(f"hush {name}") for name in SECRET_SETTINGS}
    url = SecretStr("postgresql+psycopg://switchhook:hush@db/switchhook")
    settings = Settings(**secrets, database_url=url, secret_key=(OLD, NEW))  # type: ignore[arg-type]
    shown = repr(settings) + str(settings) + repr(settings.model_dump())
    assert "hush" not in shown
    assert "thirty-two" not in shown


SECRET_SETTINGS = ("slack_bot_token", "slack_signing_secret", "ami_secret")


def test_a_traceback_with_every_local_shows_no_secret() -> None:
    """As error trackers print it."""
    box = SecretBox([OLD])
    row = Extension(number="101", name="Alice", codecs=["ulaw"], encrypted_secret=sealed(box))
    try:
        fails_with(row, box, Changes(secret=SecretStr(SIP_SECRET)))
    except ZeroDivisionError as error:
        seen = traceback.TracebackException.from_exception(error, capture_locals=True)
    text = "".join(seen.format())
    assert "changes = " in text
    assert SIP_SECRET not in text
    assert OLD.get_secret_value() not in text


def fails_with(row: Extension, box: SecretBox, changes: Changes) -> float:
    opened = box.open(row.encrypted_secret)
    return 1 / (len(opened) * 0)


def test_generated_secrets_are_long_unambiguous_and_never_the_same() -> None:
    made = [generate_secret().get_secret_value() for _ in range(200)]
    assert len(set(made)) == 200
    assert all(len(secret) >= 16 for secret in made)
    assert not set("".join(made)) & set("0O1lI5S2Z8B")
    assert all(secret.isalnum() and secret.isascii() for secret in made)
    NewExtension(name="Alice", secret=SecretStr(made[0]))
