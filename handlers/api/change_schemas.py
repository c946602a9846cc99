"""What is sent to make or change an extension, and what is answered: what has come of it is read from the row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from handlers.api import extension_fields
from handlers.api.extension_schemas import EXAMPLE, Body, ShownExtension
from handlers.api.next_steps import Sentence
from models.extension import Extension, State
from models.field_rules import Number
from models.number import NUMBER
from pbx.answers import ChangeResult

# Without a secret, as /api/docs sends this where nothing else is typed: a password that stands in print is none.
NEW_EXAMPLE = extension_fields.EXAMPLE
SECRET_EXAMPLE = "kRz4Tn8vWq2Lx7Bd"  # noqa: S105 (nobody's)
WITHOUT_PHONE: dict[str, Any] = {
    "registered": False,
    "asterisk_status": "Unavailable",
    "contact_count": 0,
    "ip_address": None,
    "port": None,
}
RESULT_EXAMPLE: dict[str, Any] = {
    "extension": EXAMPLE,
    "asterisk_verified": True,
    "reload_success": True,
    "error": None,
    "warnings": [],
}

if TYPE_CHECKING:  # mypy knows no classes that are made while the program runs
    NewFields = Body
    ChangedFields = Body
else:
    NewFields = create_model("NewFields", __base__=Body, **extension_fields.taken_fields("name"))
    ChangedFields = create_model("ChangedFields", __base__=Body, **extension_fields.taken_fields())


class NewExtensionBody(NewFields):
    """A new extension. Only `name` must be given."""

    model_config = ConfigDict(title="NewExtension", json_schema_extra={"examples": [NEW_EXAMPLE]})

    extension_number: Number | None = Field(
        None,
        description="The number that is dialled; without it the next free one is taken.",
        json_schema_extra={"pattern": f"^{NUMBER}$"},
    )


class ChangedExtensionBody(ChangedFields):
    """Fields to change; those that are not given stay as they are."""

    model_config = ConfigDict(
        title="ChangedExtension", json_schema_extra={"examples": [{"name": "Bob Jones", "max_contacts": 2}]}
    )

    extension_number: Number | None = Field(
        None,
        description="The present one, if any: a number stays.",
        json_schema_extra={"pattern": f"^{NUMBER}$"},
    )


class Result(BaseModel):
    """What has come of a change."""

    extension: ShownExtension
    asterisk_verified: bool = Field(
        description="Whether Asterisk has shown that it has all of it as it is here."
    )
    reload_success: bool = Field(
        description="The same: an answer of Asterisk's to a reload says nothing yet."
    )
    error: Sentence | None = Field(
        description="Why not; what is saved is tried again every minute, unless Asterisk has refused it."
    )
    warnings: list[Sentence] = Field(
        description="It is done, and may not be what was meant: a sentence each."
    )


class Created(Result):
    """A new extension."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "message": "Extension created successfully",
                    "secret": SECRET_EXAMPLE,
                    **RESULT_EXAMPLE,
                    "extension": EXAMPLE | WITHOUT_PHONE,
                }
            ]
        }
    )

    message: str
    secret: str | None = Field(
        description="The phone's password, never shown again; null if somebody has replaced it at that moment."
    )


class Changed(Result):
    """A changed extension."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "message": "Extension updated successfully",
                    "config_write_success": True,
                    "changes": {"name": ["Alice", "Bob"]},
                    **RESULT_EXAMPLE,
                }
            ]
        }
    )

    message: str
    config_write_success: bool = Field(description="As asterisk_verified.")
    changes: dict[str, tuple[Any, Any] | None] = Field(
        description="By field: before and after; null for the secret, which is changed and not shown."
    )


class Rotated(Changed):
    """An extension with a new secret."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "message": "Secret changed successfully",
                    "config_write_success": True,
                    "changes": {"secret": None},
                    "secret": SECRET_EXAMPLE,
                    **RESULT_EXAMPLE,
                }
            ]
        }
    )

    secret: str | None = Field(
        description="The phone's new password, never shown again; null if somebody has replaced it at that moment."
    )


class Deleted(BaseModel):
    """An extension that is gone."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"message": "Extension deleted successfully", "warnings": []}]}
    )

    message: str
    warnings: list[Sentence]


class Deleting(Result):
    """An extension that is gone as soon as Asterisk has let go of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "message": "Extension is deleted as soon as Asterisk has let go of it",
                    **RESULT_EXAMPLE,
                    "extension": EXAMPLE | {"state": "deleting", "reason": "Asterisk does not answer"},
                    "asterisk_verified": False,
                    "reload_success": False,
                    "error": "Asterisk does not answer",
                }
            ]
        }
    )

    message: str


def is_done(row: Extension, done: ChangeResult) -> bool:
    """Return whether Asterisk has shown all that was asked for."""
    return row.state is State.LIVE and not done.overtaken


def standing(row: Extension, done: ChangeResult, shown: ShownExtension) -> dict[str, Any]:
    """Return the fields of Result."""
    verified = is_done(row, done)
    return {
        "extension": shown,
        "asterisk_verified": verified,
        "reload_success": verified,
        "error": None if verified else _why_not(row, done),
        "warnings": list(done.warnings),
    }


def _why_not(row: Extension, done: ChangeResult) -> str:
    if done.overtaken:
        return "it was saved, and has been changed again since: read it once more"
    return row.reason or "Asterisk was not asked yet"
