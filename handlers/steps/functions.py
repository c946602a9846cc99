"""Pure: the steps that workflows may use, as the manifest has them, and how their inputs are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from handlers.slack import field_faults
from models.extension_range import ExtensionRange
from models.fields import NewExtension
from models.number import ascii_digits
from pbx.errors import Refusal

USER, TEXT, YES_OR_NO = "slack#/types/user_id", "string", "boolean"


@dataclass(frozen=True)
class Parameter:
    """An input or output. `description`: shown in Workflow Builder."""

    type: str
    title: str
    description: str
    is_required: bool = True


@dataclass(frozen=True)
class Function:
    """A step. `changes`: the admins are asked first, where they want to be."""

    title: str
    description: str
    inputs: Mapping[str, Parameter]
    outputs: Mapping[str, Parameter]
    changes: bool = True

    def as_manifest(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "description": self.description,
            "input_parameters": _as_manifest(self.inputs),
            "output_parameters": _as_manifest(self.outputs),
        }


def _as_manifest(parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    return {name: {"name": name, **vars(each)} for name, each in parameters.items()}


CREATE, DISABLE, LOOK_UP = "create_phone_extension", "disable_phone", "look_up_extension"
PERSON = Parameter(USER, "Person", "Whose phone it is")
NUMBER = Parameter(TEXT, "Extension", "Their number", is_required=False)
# By callback_id. A step that is renamed is a new one for Slack, and workflows that use the old one break.
FUNCTIONS = {
    CREATE: Function(
        "Create a phone extension",
        "Gives somebody an extension, and sends them the password in a direct message",
        {
            "name": Parameter(TEXT, "Name", "As their phone and others show it"),
            "user": Parameter(USER, "Person", "Who gets the extension, and its password"),
            "number": Parameter(TEXT, "Extension", "Empty: the next free one", is_required=False),
            "email": Parameter(TEXT, "E-mail address", "Their own, if it is to be noted", is_required=False),
        },
        {"number": NUMBER, "user": PERSON},
    ),
    DISABLE: Function(
        "Disable a person's phone",
        "Locks all extensions of somebody out; numbers and settings stay",
        {"user": PERSON},
        {"numbers": Parameter(TEXT, "Extensions", "All that are disabled now", is_required=False)},
    ),
    LOOK_UP: Function(
        "Look up a person's extension",
        "Says which extension somebody has, and whether a phone is registered",
        {"user": PERSON},
        {"number": NUMBER, "registered": Parameter(YES_OR_NO, "Registered", "Whether a phone is registered")},
        changes=False,
    ),
}
INPUTS = {"slack_user_id": "user"}  # by field, where an input is called otherwise


def user_of(inputs: Mapping[str, Any]) -> str:
    """Return the Slack user of a step. Raises Refusal."""
    return _checked({"name": "Somebody", "slack_user_id": _text(inputs, "user")}).slack_user_id or ""


def new_extension(inputs: Mapping[str, Any]) -> NewExtension:
    """Return what is to be created. Raises Refusal."""
    given = {"name": _text(inputs, "name"), "slack_user_id": _text(inputs, "user")}
    optional = {name: text for name in ("number", "email") if (text := _text(inputs, name))}
    return _checked(given | optional)


def check(function: str, inputs: Mapping[str, Any]) -> None:
    """Raise Refusal for inputs that cannot be used."""
    if function == CREATE:
        new_extension(inputs)
    else:
        user_of(inputs)


def must_be_in(numbers: ExtensionRange, inputs: Mapping[str, Any]) -> None:
    """Raise Refusal for a number that a workflow may not choose without an admin."""
    number = ascii_digits(_text(inputs, "number"))
    if number and number not in numbers:
        raise Refusal(
            f"{number} is outside EXTENSION_RANGE ({numbers}), so only a phone admin may give it: with /ext create, or asked by "
            "the step after /ext steps ask"
        )


def _text(inputs: Mapping[str, Any], name: str) -> str:
    value = inputs.get(name)
    if value is not None and not isinstance(value, str):
        raise Refusal(f"{_label(name)} is no text")
    return (value or "").strip()


def _label(name: str) -> str:
    """Return what Workflow Builder calls an input."""
    return f"“{FUNCTIONS[CREATE].inputs[name].title}”"


def _checked(values: dict[str, str]) -> NewExtension:
    if not values.get("slack_user_id"):
        raise Refusal("the step names no person: choose one for it in Workflow Builder")
    try:
        return NewExtension(**values)
    except ValidationError as error:
        found = field_faults.by_field(error).items()
        raise Refusal(
            "; ".join(f"{_label(INPUTS.get(name, name))}: {text}" for name, text in found)
        ) from None
