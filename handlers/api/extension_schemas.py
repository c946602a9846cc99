"""What is sent about extensions, and what is answered."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from handlers.api import extension_fields
from handlers.api.next_steps import Sentence
from models import audit
from models.extension import Extension, State
from models.field_rules import Number
from models.number import NUMBER
from pbx.endpoints import Endpoint

MAX_LIMIT = 1000
EXAMPLE = extension_fields.EXAMPLE | {
    "id": 7,
    "state": "live",
    "reason": None,
    "created_at": "2026-01-05T09:00:00Z",
    "updated_at": "2026-01-05T09:00:00Z",
    "registered": True,
    "asterisk_status": "Not in use",
    "contact_count": 1,
    "ip_address": "192.0.2.7",
    "port": 5060,
}
ENDPOINT_EXAMPLE: dict[str, Any] = {
    "name": "trunk-a",
    "state": "Not in use",
    "transport": "transport-udp",
    "contacts": 1,
    "managed": False,
}


class Body(BaseModel):
    """A body, whose unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Identity(BaseModel):
    """What every answer about an extension begins with."""

    id: int = Field(description="For addresses, as in /api/extensions/7.")
    extension_number: str = Field(description="The number that is dialled.")


if TYPE_CHECKING:  # mypy knows no classes that are made while the program runs
    ShownFields = Identity
else:
    ShownFields = create_model("ShownFields", __base__=Identity, **extension_fields.shown_fields())


class ShownExtension(ShownFields):
    """An extension, and what Asterisk has of its phones."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    state: str = Field(
        description="pending: saved, Asterisk does not have it yet; live: Asterisk showed every value; failed: Asterisk "
        "refused it; deleting: gone as soon as Asterisk does not have it any more."
    )
    reason: Sentence | None = Field(description="Why it is not live; of a live one, what to know besides.")
    created_at: datetime
    updated_at: datetime
    registered: bool | None = Field(
        description="Whether a phone is there; null: Asterisk could not be asked."
    )
    asterisk_status: str = Field(
        description="Asterisk's word for the device, such as Not in use or Unavailable; Not Found: it has no such "
        "endpoint; Unknown: it could not be asked."
    )
    contact_count: int | None = Field(description="How many phones are registered.")
    ip_address: str | None = Field(description="Of the first of them.")
    port: int | None

    @classmethod
    def of(cls, row: Extension, endpoint: Endpoint | None, *, is_known: bool = True) -> ShownExtension:
        """Show a row; `is_known`: Asterisk could be asked for the endpoint."""
        first = endpoint.contacts[0] if endpoint and endpoint.contacts else None
        return cls.model_validate(
            {
                "id": row.id,
                "extension_number": row.number,
                **audit.settings_of(row),
                **row.model_dump(include={"state", "reason", "created_at", "updated_at"}),
                "registered": endpoint is not None and endpoint.registered if is_known else None,
                "asterisk_status": endpoint.state if endpoint else "Not Found" if is_known else "Unknown",
                "contact_count": (len(endpoint.contacts) if endpoint else 0) if is_known else None,
                "ip_address": first.address if first else None,
                "port": first.port if first else None,
            }
        )


class ShownEndpoint(BaseModel):
    """An endpoint of Asterisk, whoever made it."""

    model_config = ConfigDict(json_schema_extra={"examples": [ENDPOINT_EXAMPLE]})

    name: str
    state: str = Field(description="Asterisk's word, such as Not in use or Unavailable.")
    transport: str
    contacts: int = Field(
        description="How many phones are registered, or of a trunk how many addresses it has."
    )
    managed: bool = Field(description="Whether it is one of Switchhook's extensions.")

    @classmethod
    def of(cls, endpoint: Endpoint, *, managed: bool) -> ShownEndpoint:
        return cls(
            name=endpoint.name,
            state=endpoint.state,
            transport=endpoint.transport,
            contacts=len(endpoint.contacts),
            managed=managed,
        )


class ExtensionQuery(Body):
    """Which extensions a list has."""

    q: str = Field(
        "", description="Part of number, name, e-mail or notes.", examples=["alice"], max_length=100
    )
    enabled: bool | None = Field(
        None, description="Those whose phones may come in, or may not.", examples=["true"]
    )
    state: State | None = Field(None, description="Those in this state.", examples=["failed"])
    registered: bool | None = Field(
        None, description="Those with a phone that is there, or without; needs Asterisk.", examples=["false"]
    )
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] | None = Field(
        None, description="How many at most; without it all of them.", examples=[100]
    )
    cursor: Number | None = Field(
        None,
        description="`next_cursor` of the page before: the list goes on behind it.",
        examples=["199"],
        json_schema_extra={"pattern": f"^{NUMBER}$"},
    )


class ExtensionList(BaseModel):
    """Extensions in order of number."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "extensions": [EXAMPLE],
                    "next_cursor": "101",
                    "asterisk_endpoints": None,
                    "asterisk_error": None,
                }
            ]
        }
    )

    extensions: list[ShownExtension]
    next_cursor: str | None = Field(
        description="For `cursor`, to get the next page; null: that was the last."
    )
    asterisk_endpoints: list[ShownEndpoint] | None = Field(
        description="All endpoints of Asterisk; null in a list with `limit` or `cursor`."
    )
    asterisk_error: str | None = Field(
        description="Why Asterisk could not be asked: what it would know is null then."
    )


class OneExtension(BaseModel):
    """One extension."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"extension": EXAMPLE}]})

    extension: ShownExtension
