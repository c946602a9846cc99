"""Pure: what the windows of an extension hold: a row as it is shown there, and what was typed there as fields."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from handlers.slack import field_faults
from handlers.slack.modals.faults import Faults, Typed
from models.extension import Extension
from models.fields import Changes, EndpointFields, NewExtension

FieldsT = TypeVar("FieldsT", bound=BaseModel)

SWITCHES = "switches"  # the input of all that is either on or off
NOBODY = "nobody"  # the box that takes the Slack user away
SWITCHED = ("voicemail_enabled", "direct_media")
FIRST = ("name", "slack_user_id", "email")
MORE = ("transport", "max_contacts", "qualify_frequency", "context", "caller_id", "notes")


def shown(row: Extension | EndpointFields) -> dict[str, str]:
    """Return a row, or the defaults, as a window shows them."""
    texts = {name: _text(getattr(row, name, None)) for name in (*FIRST, *MORE)}
    switches = ",".join(name for name in SWITCHED if getattr(row, name))
    return texts | {"codecs": ",".join(row.codecs), SWITCHES: switches}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def new_extension(typed: Typed) -> NewExtension:
    """Read a filled-in window; what is left empty gets its default. Raises Faults."""
    given = {name: value for name, value in typed.items() if value or name == SWITCHES}
    return parsed(NewExtension, _fields({"name": ""} | given))


def changes(typed: Typed, row: Extension) -> Changes:
    """Return what was changed in the window of a row. Raises Faults.

    Without a Slack user it stays: Slack shows no way to choose nobody, and none whose account is gone. Nobody is a box.
    """
    before = shown(row)
    differing = {name: value for name, value in typed.items() if value != before.get(name, value)}
    if not differing.get("slack_user_id"):
        differing.pop("slack_user_id", None)
    if typed.get(NOBODY):
        differing["slack_user_id"] = ""
    fields = _fields(differing)
    changed = parsed(Changes, fields)
    # Not a switch that stays as it is beside one that was changed, or what was only typed otherwise, as “ulaw, alaw”.
    return parsed(
        Changes,
        {name: value for name, value in fields.items() if getattr(changed, name) != getattr(row, name)},
    )


def _fields(values: Typed) -> dict[str, Any]:
    """Return what the fields take: each switch by its name."""
    fields: dict[str, Any] = {name: value for name, value in values.items() if name != SWITCHES}
    if SWITCHES in values:
        on = values[SWITCHES].split(",")
        fields |= {name: name in on for name in SWITCHED}
    return fields


def parsed(kind: type[FieldsT], values: dict[str, Any]) -> FieldsT:
    """Return validated fields. Raises Faults, with the sentences that a command is refused with."""
    try:
        return kind(**values)
    except ValidationError as error:
        raise Faults(field_faults.by_field(error)) from None
