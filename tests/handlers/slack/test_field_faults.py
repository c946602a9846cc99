"""What is wrong with fields, in sentences."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from handlers.slack import field_faults
from models.fields import Changes, NewExtension


def error_of(kind: type[Changes], **values: object) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        kind(**values)
    return caught.value


def test_each_field_has_its_sentence() -> None:
    assert field_faults.by_field(error_of(Changes, max_contacts="many", transport="x", name="Alice")) == {
        "transport": "a transport is one of udp, tcp, tls, wss",
        "max_contacts": "max_contacts is a number from 1 to 100",
    }


def test_all_of_it_names_each_field_once() -> None:
    assert field_faults.in_words(error_of(NewExtension, max_contacts="many", transport="x")) == (
        "name: this is needed; transport: a transport is one of udp, tcp, tls, wss; max_contacts is a number from 1 to 100"
    )


def test_no_sentence_repeats_what_was_typed() -> None:
    error = error_of(Changes, secret="short", email="no address", codecs=[7])
    assert not {"short", "no address", "7"} & set(field_faults.in_words(error).split())
