"""Pure: one row, and what lives beside it → what Asterisk should have of it, or why it cannot have that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr, ValidationError

from models.errors import SecretUnreadable
from models.extension import Extension, State
from models.fields import EndpointFields
from pbx.config.admin_config import AdminFiles
from pbx.pjsip import Endpoint, Kept

RENDERED = (*(name for name in EndpointFields.model_fields if name != "secret"), "encrypted_secret")
# Files of the dialplan, AEL among them, and of the phones: a reload of one module would not do for all of them.
RELOAD = 'and have Asterisk forget it: asterisk -rx "core reload"'


@dataclass(frozen=True)
class Elsewhere:
    """What Asterisk has from neither block nor file: it is somebody else's, and why it cannot be taken."""

    endpoints: Mapping[str, str] = field(default_factory=dict)  # number → a sentence
    extens: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (number, context) → a sentence

    def objection(self, number: str, context: str) -> str | None:
        return self.endpoints.get(number) or self.extens.get((number, context))


@dataclass(frozen=True)
class Around:
    """What a wish depends on besides its row."""

    admin: AdminFiles
    decrypt: Callable[[str], SecretStr]  # raises SecretUnreadable
    kept: Mapping[str, Kept] = field(default_factory=dict)  # number → its lines in the block on disk
    elsewhere: Elsewhere = Elsewhere()


@dataclass(frozen=True)
class Wish:
    """What Asterisk should have of a row; None: nothing.

    `objection`: why what was asked for cannot be, the row is refused then. `waiting`: why it cannot be written yet.
    `gave_way`: not even what Asterisk had may stay, because the number is the administrator's now. `steps_by_hand`:
    that their steps answer calls to it, and the phone stays without Switchhook's.
    """

    row: Extension
    wanted: Endpoint | Kept | None
    objection: str | None = None
    waiting: str | None = None
    gave_way: bool = False
    steps_by_hand: str | None = None


def rendered_fields(row: Extension) -> dict[str, Any]:
    """Return the values of a row that Asterisk gets, as the row keeps those that Asterisk showed last."""
    return {name: getattr(row, name) for name in RENDERED}


def wish_of(row: Extension, around: Around) -> Wish:
    """A refused row falls back to what Asterisk last showed of it; what is gone on with stays."""
    wish = _without_additions(row, around)
    kept, places = around.kept.get(row.number), around.admin.additions(row.number)
    if wish.wanted is None and kept and places and not wish.gave_way:
        return Wish(row, kept, wish.objection, _needed(row.number, places))
    return wish


def _without_additions(row: Extension, around: Around) -> Wish:
    if row.state is State.DELETING:
        return Wish(row, None)
    objection = waiting = None
    if row.state is not State.FAILED:
        objection = written_by_hand(row, around.admin) or lacking_transport(row, around.admin)
        if not objection and is_written(row):
            objection = around.elsewhere.objection(row.number, row.context)
    if objection or row.state is State.FAILED:
        wanted = _last_verified(row, around)
    else:
        wanted, waiting = _asked(row, around)
    if wanted and (places := around.admin.endpoints(row.number)):
        return Wish(row, None, _gave_way(row.number, places), gave_way=True)
    steps = around.admin.extens(row.number, wanted.context) if wanted else []
    return Wish(row, wanted, objection, waiting, steps_by_hand=_steps_by_hand(row.number, steps))


def _asked(row: Extension, around: Around) -> tuple[Endpoint | Kept | None, str | None]:
    """What cannot be read leaves the lines that are there as they are, and waits."""
    try:
        return _endpoint(row.number, rendered_fields(row), around.decrypt), None
    except SecretUnreadable as error:
        return around.kept.get(row.number), f"{error}, or give it a new one with /ext secret {row.number}"
    except ValidationError as error:
        fields = ", ".join(str(fault["loc"][0]) for fault in error.errors())
        reason = f"what is stored of it cannot be used ({fields}): change it with /ext set {row.number}"
        return around.kept.get(row.number), reason


def _last_verified(row: Extension, around: Around) -> Endpoint | Kept | None:
    """What cannot be written anew leaves the lines that are there as they are."""
    if row.last_verified is None:
        return None
    try:
        verified = _endpoint(row.number, row.last_verified, around.decrypt)
        if not verified or not _lacks(verified.transport, around.admin):
            return verified
    except (SecretUnreadable, ValidationError):
        pass
    return around.kept.get(row.number)


def _endpoint(number: str, values: Mapping[str, Any], decrypt: Callable[[str], SecretStr]) -> Endpoint | None:
    """Return the endpoint of these rendered fields, None for a disabled one; defaults stand in for those that lack.

    Raises ValidationError, SecretUnreadable.
    """
    endpoint = Endpoint.model_validate({**values, "number": number})
    if not endpoint.enabled:
        return None
    return endpoint.model_copy(update={"secret": decrypt(str(values.get("encrypted_secret")))})


def written_by_hand(row: Extension, admin: AdminFiles) -> str | None:
    """Why this row cannot stand beside what the administrator wrote; None when it can."""
    if not is_written(row):
        return None
    places = admin.endpoints(row.number)
    if not row.has_phones_in(row.context):
        # Whoever has it already keeps it: no phone is taken away for steps.
        places += admin.extens(row.number, row.context) + admin.included(row.number, row.context)
    if not places:
        return None
    return (
        f"{row.number} was already written by hand at {_at(places)}: take another number, or remove it there first "
        f"({RELOAD})"
    )


def _at(places: list[str]) -> str:
    return " and ".join(list(dict.fromkeys(places))[:3])


def _gave_way(number: str, places: list[str]) -> str:
    return (
        f"{number} was written by hand at {_at(places)} later, and Asterisk cannot have it twice: "
        'Switchhook took its own lines out, and those count (after asterisk -rx "core reload", if they do not yet). '
        f"To have Switchhook's back, remove them there ({RELOAD}), then /ext verify {number}"
    )


def _steps_by_hand(number: str, places: list[str]) -> str | None:
    if not places:
        return None
    return (
        f"what calls to {number} do is written by hand at {_at(places)}: the phone works, and Switchhook's own steps "
        "come back when those are taken out"
    )


def _needed(number: str, places: list[str]) -> str:
    return (
        f"{places[0]} goes on with Switchhook's [{number}] by (+), and without it Asterisk would load nothing of "
        "pjsip.conf: take that out first"
    )


def lacking_transport(row: Extension, admin: AdminFiles) -> str | None:
    """Why its transport cannot be had; None when it can."""
    if not is_written(row) or not _lacks(row.transport, admin):
        return None
    return (
        "Asterisk has no TLS transport, and only you have the certificate: add one to pjsip.conf "
        "([transport-tls], type=transport, protocol=tls, bind=0.0.0.0:5061, cert_file=…, priv_key_file=…), "
        "and try again: Asterisk takes a new one without a restart"
    )


def _lacks(transport: str, admin: AdminFiles) -> bool:
    """The others can be added: they need no certificate."""
    return transport == "tls" and "tls" not in admin.transports


def is_written(row: Extension) -> bool:
    return row.enabled and row.state is not State.DELETING
