"""Pure: the window of the addresses of a PBX behind NAT."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from pydantic import ValidationError

from handlers.slack import field_faults
from handlers.slack.blocks import Block, View, actions, confirm, context
from handlers.slack.command_buttons import command_button
from handlers.slack.inputs import form, text_input
from handlers.slack.modals.faults import Faults, Typed
from models.nat import Nat
from models.nat_fields import KEYS, NatChanges

NAT = "ext_nat"  # callback_id
CLEARED = "Phones outside are then told the PBX's own address, and may hear nothing."
INTRO = "For a PBX behind NAT: what phones outside are told, so that they can be heard. Phones in the networks of its own are told its own address."


def nat_modal(nat: Nat | None, typed: Typed, problem: Sequence[Block] = ()) -> View:
    """Return the window. `typed`: what it begins with instead of what is set; `problem`: why that was refused before."""
    values = shown(nat) | typed
    blocks = [
        *problem,
        context(INTRO),
        text_input("media", "Address that the world sees", "203.0.113.7", initial=values["media"]),
        text_input(
            "signaling",
            "Another one for signaling",
            "203.0.113.8",
            initial=values["signaling"],
            optional=True,
            hint="Empty: the same.",
        ),
        text_input(
            "local",
            "Networks of its own",
            "192.168.1.0/24, 10.0.0.0/8",
            initial=values["local"],
            optional=True,
            hint="With commas between them.",
        ),
        *([actions(_clear())] if nat else []),
    ]
    return form(NAT, "NAT", blocks, submit="Save", metadata=fingerprint(nat))


def _clear() -> Block:
    ask = confirm("Forget the addresses?", CLEARED, "Forget them", style="danger")
    return command_button("Forget the addresses", "nat clear", style="danger", confirm=ask)


def shown(nat: Nat | None) -> dict[str, str]:
    """Return what is set as the window shows it."""
    values = nat.model_dump() if nat else {}
    found = {key: values.get(name) or "" for key, name in KEYS.items()}
    return {key: value if isinstance(value, str) else ", ".join(value) for key, value in found.items()}


def fingerprint(nat: Nat | None) -> str:
    """Return what is the same as long as nobody changes what is set."""
    return hashlib.sha256(json.dumps(shown(nat)).encode()).hexdigest()


def changes(typed: Typed, nat: Nat | None) -> NatChanges:
    """Return what was changed in the window. Raises Faults."""
    before = shown(nat)
    differing = {name: value for name, value in typed.items() if value != before.get(name, value)}
    try:
        return NatChanges.model_validate(differing)
    except ValidationError as error:
        raise Faults(field_faults.by_field(error)) from None
