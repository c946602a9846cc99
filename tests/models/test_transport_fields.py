"""Where a transport may listen, as it is typed."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from models.transport_fields import BindAddress


class Typed(BaseModel):
    bind: BindAddress


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0.0.0.0:5060", "0.0.0.0:5060"),
        ("192.168.1.7", "192.168.1.7"),
        ("192.168.1.7:05070", "192.168.1.7:5070"),
        ("[::]:5060", "[::]:5060"),
        ("2001:DB8::7", "[2001:db8::7]"),
        ("127.0.0.1:65535", "127.0.0.1:65535"),
    ],
)
def test_an_address_with_or_without_a_port_is_taken(typed: str, read: str) -> None:
    assert Typed(bind=typed).bind == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "5060",
        "pbx.example.com:5060",
        "0.0.0.0:",
        "0.0.0.0:5060\n[x]",
        "999.0.0.1:5060",
        "[127.0.0.1",
        "*:5060",
        "1.2.3.4;x",
        pytest.param(":" * 900_000 + "x", id="many colons"),
    ],
)
def test_anything_else_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"such as 0\.0\.0\.0:5060"):
        Typed(bind=typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0.0.0.0:0", "0 is no port"),
        ("0.0.0.0:65536", "65536 is no port"),
        ("224.0.0.1:5060", "nothing can listen at 224.0.0.1"),
        ("255.255.255.255:5060", "nothing can listen at"),
    ],
)
def test_what_nothing_can_listen_at_is_refused(typed: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Typed(bind=typed)
