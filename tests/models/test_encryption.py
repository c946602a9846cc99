"""SIP secrets at rest, and that nothing on the way shows them."""

from __future__ import annotations

import traceback

import pytest
from pydantic import SecretStr

from models.encryption import SecretCipher, generate_secret
from models.errors import SecretUnreadable
from models.extension import Extension
from models.fields import Changes, NewExtension
from pbx.pjsip import Endpoint
from settings import Settings

OLD, NEW = SecretStr("an old key of thirty-two characters"), SecretStr("a new key of thirty-two characters.")
SIP_SECRET = "hush-hush-9:;=#"


def encrypted(cipher: SecretCipher) -> str:
    return cipher.encrypt(SecretStr(SIP_SECRET))


def test_an_encrypted_secret_can_be_decrypted_and_shows_nothing_before() -> None:
    cipher = SecretCipher([NEW])
    assert SIP_SECRET not in encrypted(cipher)
    assert encrypted(cipher) != encrypted(cipher)
    assert cipher.decrypt(encrypted(cipher)).get_secret_value() == SIP_SECRET


def test_a_new_key_in_front_keeps_old_secrets_readable_and_encrypts_with_itself() -> None:
    both = SecretCipher([NEW, OLD])
    assert both.decrypt(encrypted(SecretCipher([OLD]))).get_secret_value() == SIP_SECRET
    assert SecretCipher([NEW]).decrypt(encrypted(both)).get_secret_value() == SIP_SECRET


@pytest.mark.parametrize("damage", ["", "x", "gAAAAA"])
def test_a_damaged_secret_is_unreadable(damage: str) -> None:
    with pytest.raises(SecretUnreadable):
        SecretCipher([NEW]).decrypt(damage)


def test_a_missing_key_is_named_with_its_remedy() -> None:
    with pytest.raises(SecretUnreadable, match="put the old key back behind the new one") as caught:
        SecretCipher([NEW]).decrypt(encrypted(SecretCipher([OLD])))
    shown = "".join(traceback.format_exception(caught.value))
    assert not any(key.get_secret_value() in shown for key in (OLD, NEW))


def test_no_repr_or_str_shows_a_secret() -> None:
    row = Extension(
        number="101",
        name="Alice",
        codecs=["ulaw"],
        encrypted_secret="ENCRYPTED",
        last_verified={"x": "ENCRYPTED"},
    )
    endpoint = Endpoint(number="101", name="Alice", secret=SecretStr(SIP_SECRET))
    changes = Changes(secret=SecretStr(SIP_SECRET))
    for shown in (row, endpoint, changes, changes.given(), SecretCipher([OLD])):
        for text in (repr(shown), str(shown), f"{shown}"):
            assert not any(secret in text for secret in (SIP_SECRET, "ENCRYPTED", OLD.get_secret_value()))


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
    cipher = SecretCipher([OLD])
    row = Extension(number="101", name="Alice", codecs=["ulaw"], encrypted_secret=encrypted(cipher))
    try:
        fails_with(row, cipher, Changes(secret=SecretStr(SIP_SECRET)))
    except ZeroDivisionError as error:
        seen = traceback.TracebackException.from_exception(error, capture_locals=True)
    text = "".join(seen.format())
    assert "changes = " in text
    assert SIP_SECRET not in text
    assert OLD.get_secret_value() not in text


def fails_with(row: Extension, cipher: SecretCipher, changes: Changes) -> float:
    decrypted = cipher.decrypt(row.encrypted_secret)
    return 1 / (len(decrypted) * 0)


def test_generated_secrets_are_long_unambiguous_and_never_the_same() -> None:
    made = [generate_secret().get_secret_value() for _ in range(200)]
    assert len(set(made)) == 200
    assert all(len(secret) >= 16 for secret in made)
    assert not set("".join(made)) & set("0O1lI5S2Z8B")
    assert all(secret.isalnum() and secret.isascii() for secret in made)
    NewExtension(name="Alice", secret=SecretStr(made[0]))
