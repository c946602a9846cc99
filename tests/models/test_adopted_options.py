"""What somebody sets counts before what was taken over."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from models.adopted_options import (
    AdoptedOptions,
    decrypted,
    encrypted,
    tokens,
    with_tokens,
    without_overridden,
)
from models.encryption import SecretCipher

OPTIONS: AdoptedOptions = {
    "endpoint": [("transport", "transport-2"), ("allow", "h264"), ("callerid", "x <1>"), ("set_var", "A=1")],
    "aor": [("remove_existing", "no")],
}


@pytest.mark.parametrize(
    ("field", "gone"),
    [("transport", "transport"), ("codecs", "allow"), ("name", "callerid"), ("caller_id", "callerid")],
)
def test_a_field_that_is_set_takes_the_place_of_its_option(field: str, gone: str) -> None:
    left = without_overridden(OPTIONS, [field])
    assert left["endpoint"] == [pair for pair in OPTIONS["endpoint"] if pair[0] != gone]
    assert left["aor"] == OPTIONS["aor"]


def test_values_are_stored_encrypted_and_names_in_clear() -> None:
    cipher = SecretCipher([SecretStr("a key for tests with 32 characters or more")])
    stored = encrypted(OPTIONS, cipher.encrypt)
    assert [name for name, _ in stored["endpoint"]] == [name for name, _ in OPTIONS["endpoint"]]
    assert not any(text in str(stored) for text in ("transport-2", "h264", "A=1"))
    assert decrypted(stored, cipher.decrypt) == OPTIONS
    assert len(set(tokens(stored))) == 5
    first = tokens(stored)[0]
    assert with_tokens(stored, {first: "new"})["endpoint"][0] == ["transport", "new"]
    assert tokens(with_tokens(stored, {first: "new"}))[1:] == tokens(stored)[1:]


def test_other_fields_change_nothing_and_a_section_without_options_goes() -> None:
    assert without_overridden(OPTIONS, ["context", "secret"]) == OPTIONS
    assert without_overridden({"endpoint": [("callerid", "x")]}, ["name"]) == {}
