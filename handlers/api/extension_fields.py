"""An extension's fields as JSON has them, made of models/fields.py: a field that is new there is new here.

Bodies say what JSON may hold for each; what the values themselves may be is checked by the rules of models/fields.py.
"""

from __future__ import annotations

from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, Field, SecretStr, StrictInt, StrictStr

from models import audit
from models.field_rules import (
    CODECS,
    MAX_NAME_LENGTH,
    MAX_NOTES_LENGTH,
    MAX_SECRET_LENGTH,
    MIN_SECRET_LENGTH,
    Transport,
)
from models.fields import Changes

# Clients may say null for these, and mean that they give none.
NULL_IS_NOT_GIVEN = ("secret", "codecs")
TRANSPORT_PREFIX = "transport-"
TRANSPORTS = [prefix + each for each in get_args(Transport) for prefix in ("", TRANSPORT_PREFIX)]
# By field: what it is, and what JSON Schema can say of its values. A field that is missing here has its name.
ABOUT: dict[str, dict[str, Any]] = {
    "name": {"description": "Who it is for, in any script.", "minLength": 1, "maxLength": MAX_NAME_LENGTH},
    "secret": {
        "description": "The phone's password; without one a strong one is made. No read ever shows it.",
        "minLength": MIN_SECRET_LENGTH,
        "maxLength": MAX_SECRET_LENGTH,
        "pattern": r"^[!#-\[\]-~]*$",
    },
    "enabled": {"description": "false locks its phones out."},
    "context": {
        "description": "The part of the dialplan that its calls begin in.",
        "maxLength": 79,
        "pattern": r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$",
    },
    "transport": {"description": "What its phones speak; transport-udp is udp.", "enum": TRANSPORTS},
    "codecs": {
        "description": "In order of preference, each once.",
        "items": {"type": "string", "enum": list(CODECS)},
        "minItems": 1,
        "maxItems": len(CODECS),
        "uniqueItems": True,
    },
    "max_contacts": {
        "description": "How many phones may be registered at once.",
        "minimum": 1,
        "maximum": 100,
    },
    "qualify_frequency": {
        "description": "Every how many seconds Asterisk asks the phone whether it is there; 0: never.",
        "minimum": 0,
        "maximum": 3600,
    },
    "direct_media": {"description": "Whether the voice goes from phone to phone, past Asterisk."},
    "voicemail_enabled": {"description": "Whether callers can leave a message when nobody answers."},
    "caller_id": {
        "description": "What others' phones show, if it is not the name.",
        "maxLength": MAX_NAME_LENGTH,
    },
    "email": {
        "description": "For finding it again; nothing is sent there. Empty, as null: none.",
        "maxLength": 254,
        "pattern": r"^([^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;]+)?$",
    },
    "slack_user_id": {
        "description": "The member ID of its owner in Slack, such as U0123456.",
        "pattern": "^([UW][A-Z0-9]{2,30})?$",
    },
    "notes": {"description": "For people.", "maxLength": MAX_NOTES_LENGTH},
}
EXAMPLE: dict[str, Any] = audit.DEFAULTS | {
    "extension_number": "101",
    "name": "Alice Smith",
    "email": "alice@example.com",
    "notes": "Desk at the window",
}


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("yes", "no"):
        return value == "yes"
    raise ValueError('this is true or false; "yes" and "no" are taken, too')


def _whole(value: object) -> object:
    """Return 2 for 2.0, which is the same number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _few(value: object) -> object:
    if isinstance(value, list) and len(value) > len(CODECS):
        raise ValueError(f"this is a list of at most {len(CODECS)}: {', '.join(CODECS)}")
    return value


WholeNumber = Annotated[StrictInt, BeforeValidator(_whole, json_schema_input_type=int)]
YesOrNo = Annotated[bool, BeforeValidator(_yes_or_no, json_schema_input_type=bool | Literal["yes", "no"])]
Codecs = Annotated[list[StrictStr], BeforeValidator(_few, json_schema_input_type=list[StrictStr])]
TAKEN = {bool: YesOrNo, int: WholeNumber, str: StrictStr, list[str]: Codecs, SecretStr: SecretStr}


def taken_fields(*needed: str) -> dict[str, Any]:
    """Return the fields of a body, for create_model; `needed` must be given."""
    return {
        name: (_taken(name, field.annotation), _about(name, ... if name in needed else None))
        for name, field in Changes.model_fields.items()
    }


def _taken(name: str, annotation: Any) -> Any:
    """Return what JSON may hold for the field of this annotation."""
    kinds = get_args(annotation) if NoneType in get_args(annotation) else (annotation,)
    kind = next(each for each in kinds if each is not NoneType)
    taken = TAKEN.get(kind, StrictStr)
    return taken | None if len(kinds) > 1 or name in NULL_IS_NOT_GIVEN else taken


def _about(name: str, default: Any, *, schema: bool = True) -> Any:
    about = {"description": name.replace("_", " ").capitalize() + "."} | ABOUT.get(name, {})
    text = about.pop("description")
    return Field(default, description=text, json_schema_extra=about if schema else None)


def shown_fields() -> dict[str, Any]:
    """Return the fields of an answer, for create_model: all but the secret, and of any value that is stored."""
    return {
        name: (
            str if get_origin(field.annotation) is Literal else field.annotation,
            _about(name, ..., schema=False),
        )
        for name, field in Changes.model_fields.items()
        if name != "secret"
    }


def given(body: BaseModel) -> dict[str, Any]:
    """Return the fields that a body gives, by the names of models/fields.py."""
    values = body.model_dump(exclude_unset=True)
    for name in NULL_IS_NOT_GIVEN:
        if values.get(name, "") is None:
            del values[name]
    if "transport" in values:
        values["transport"] = values["transport"].lower().removeprefix(TRANSPORT_PREFIX)
    if "extension_number" in values:
        values["number"] = values.pop("extension_number")
    return values
