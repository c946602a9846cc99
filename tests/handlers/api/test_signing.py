"""What a token is: signed by us with HS256 and with nothing else, and readable with every key of SECRET_KEY."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from handlers.api.signing import EXPIRED, MAX_LENGTH, NOT_OURS, TokenRefused, TokenSigner
from models.api_token import ApiToken
from models.encryption import derive
from models.types import now

OLD, NEW, OTHER = (SecretStr(letter * 32) for letter in "onx")
SIGNER = TokenSigner([NEW, OLD])


def token(**values: Any) -> ApiToken:
    usual: dict[str, Any] = {"name": "hr-sync", "scope": "read", "key_id": "k", "created_by": "cli:root"}
    return ApiToken(**usual | {"expires_at": now() + timedelta(days=1)} | values)


def claims(**values: Any) -> dict[str, Any]:
    at = int(now().timestamp())
    usual = {"iss": "switchhook", "sub": "hr-sync", "jti": "1", "iat": at, "exp": at + 3600, "scope": "read"}
    return {name: value for name, value in (usual | values).items() if value is not None}


def part(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def handmade(header: object, key: bytes, digest: str = "sha256", **values: Any) -> str:
    """Sign whatever a library would not."""
    text = f"{part(header)}.{part(claims(**values))}"
    return f"{text}.{part(hmac.new(key, text.encode(), digest).digest())}"


def signed(key: SecretStr = NEW, **values: Any) -> str:
    return handmade({"alg": "HS256"}, derive(key, "api tokens"), **values)


OURS = derive(NEW, "api tokens")


def test_a_token_says_who_may_what_until_when() -> None:
    row = token()
    text = SIGNER.sign(row).get_secret_value()
    assert SIGNER.jti_of(text) == row.jti
    assert jwt.get_unverified_header(text) == {"alg": "HS256", "typ": "JWT"}
    assert jwt.decode(text, options={"verify_signature": False}) == {
        "iss": "switchhook",
        "sub": "hr-sync",
        "jti": row.jti,
        "iat": int(row.created_at.timestamp()),
        "exp": int(row.expires_at.timestamp()),
        "scope": "read",
    }


def test_the_longest_token_fits() -> None:
    longest = token(name="a" * 64, scope="read extensions:write config:write admin")
    assert len(SIGNER.sign(longest).get_secret_value()) < MAX_LENGTH / 2


def test_the_newest_key_signs_and_older_ones_are_read() -> None:
    row = token()
    old = TokenSigner([OLD]).sign(row).get_secret_value()
    assert SIGNER.jti_of(old) == row.jti
    new = SIGNER.sign(row).get_secret_value()
    assert TokenSigner([NEW]).jti_of(new) == row.jti
    with pytest.raises(TokenRefused, match="no longer in SECRET_KEY"):
        TokenSigner([NEW]).jti_of(old)
    assert (SIGNER.key_id, len(SIGNER.key_id)) == (TokenSigner([NEW]).key_id, 16)
    assert SIGNER.key_id != TokenSigner([OLD]).key_id


def test_a_clock_that_is_behind_the_one_that_made_it_changes_nothing() -> None:
    assert SIGNER.jti_of(signed(iat=int(now().timestamp()) + 3600)) == "1"


def test_one_that_has_expired_says_so_with_any_key() -> None:
    for key in (NEW, OLD):
        with pytest.raises(TokenRefused) as refused:
            SIGNER.jti_of(signed(key, exp=int(now().timestamp()) - 1))
        assert str(refused.value) == EXPIRED


# Made when they are tried: a token that expired meanwhile would be refused for that.
FORGED: dict[str, Callable[[], str]] = {
    "another key": lambda: signed(OTHER),
    "the key of SECRET_KEY itself": lambda: handmade({"alg": "HS256"}, NEW.get_secret_value().encode()),
    "a key for another purpose": lambda: handmade({"alg": "HS256"}, derive(NEW, "sip secrets at rest")),
    "an empty key": lambda: handmade({"alg": "HS256"}, b""),
    "another algorithm of the same family": lambda: handmade({"alg": "HS512"}, OURS, "sha512"),
    "no algorithm": lambda: handmade({}, OURS),
    "none, signed": lambda: handmade({"alg": "none"}, OURS),
    "none": lambda: f"{part({'alg': 'none'})}.{part(claims())}.",
    "none in capitals": lambda: f"{part({'alg': 'NONE'})}.{part(claims())}.",
    "a signature for another text": lambda: (
        signed().rsplit(".", 1)[0] + "." + signed(sub="x").rsplit(".", 1)[1]
    ),
    "a signature that is cut": lambda: signed()[:-4],
    "no signature at all": lambda: signed().rsplit(".", 1)[0] + ".",
    "another issuer": lambda: signed(iss="somebody"),
    "no issuer": lambda: signed(iss=None),
    "no end": lambda: signed(exp=None),
    "an end that is none": lambda: signed(exp="soon"),
    "no name": lambda: signed(sub=None),
    "no id": lambda: signed(jti=None),
    "an id that is none": lambda: signed(jti=7),
    "no scope": lambda: signed(scope=None),
    "an encrypted token": lambda: f"{part({'alg': 'dir', 'enc': 'A256GCM'})}..a.b.c",
    "a critical header": lambda: handmade({"alg": "HS256", "crit": ["x"], "x": 1}, OURS),
    "a body elsewhere": lambda: handmade({"alg": "HS256", "b64": False}, OURS),
    "no JSON": lambda: "a.b.c",
    "a header of lists": lambda: f"{part(b'[' * 1400)}.{part(claims())}.x",
    "nothing": lambda: "",
    "too long": lambda: "a" * (MAX_LENGTH + 1),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_nothing_else_is_one_of_ours(forge: Callable[[], str]) -> None:
    with pytest.raises(TokenRefused) as refused:
        SIGNER.jti_of(forge())
    assert str(refused.value) == NOT_OURS


@settings(max_examples=25)  # FORGED names by hand what could be taken for a token
@given(header=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists), tail=st.text())
def test_whatever_comes_is_refused(header: object, tail: str) -> None:
    for text in (
        tail,
        f"{part(header)}.{tail}",
        f"{part({'alg': header, 'kid': header})}.{part(header)}.{tail}",
    ):
        with pytest.raises(TokenRefused):
            SIGNER.jti_of(text)
