"""Rows, and what desired states depend on besides them, without a database."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from models.errors import SecretUnreadable
from models.extension import Extension, State
from pbx.pjsip import PreservedLines
from pbx.publishing.desired import Inputs, rendered_fields
from tests.pbx.config.texts import admin_config


def row(number: str = "101", state: State = State.PENDING, **more: Any) -> Extension:
    return Extension(
        **{"number": number, "name": "Alice", "encrypted_secret": "secret12", "state": state} | more
    )


def verified(number: str = "101", state: State = State.PENDING, **more: Any) -> Extension:
    """As row(), and Asterisk showed it as it is, but for what is given here."""
    found = row(number, state)
    found.last_verified = rendered_fields(found)
    for name, value in more.items():
        setattr(found, name, value)
    return found


def decrypt(encrypted: str) -> SecretStr:
    if encrypted == "unreadable":
        raise SecretUnreadable("a key is missing")
    return SecretStr(encrypted)


def inputs(pjsip: str = "", extensions: str = "", wizard: str = "", **more: Any) -> Inputs:
    preserved = {"101": PreservedLines("101", "[101]\ncontext=sales\ntransport=transport-tcp")}
    return Inputs(admin_config(pjsip, extensions, wizard), decrypt, **{"preserved": preserved} | more)
