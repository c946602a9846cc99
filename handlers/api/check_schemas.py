"""What is answered to questions about an extension's phones, and about Asterisk's endpoints."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from handlers.api.extension_schemas import ENDPOINT_EXAMPLE, EXAMPLE, ShownEndpoint, ShownExtension
from handlers.api.next_steps import Sentence
from pbx.contact_status import Contact
from pbx.endpoints import Endpoint

CONTACT_EXAMPLE = {
    "uri": "sip:101@192.0.2.7:5060",
    "status": "Reachable",
    "user_agent": "baresip",
    "round_trip_ms": 2.5,
}
DETAILS_EXAMPLE: dict[str, Any] = {
    "endpoint": "101",
    "state": "Not in use",
    "transport": "transport-udp",
    "auth": "101",
    "contacts": [CONTACT_EXAMPLE],
}
CHECK_EXAMPLE: dict[str, Any] = {
    "extension": EXAMPLE,
    "exists_in_asterisk": True,
    "registration_status": {
        "registered": True,
        "status": "Not in use",
        "contacts": 1,
        "details": DETAILS_EXAMPLE,
    },
    "endpoint_details": DETAILS_EXAMPLE,
}
FINDING_EXAMPLE: dict[str, Any] = {
    "severity": "error",
    "message": "101 is not registered",
    "why": "nobody can call it",
    "solution": "switch the phone on",
    "action": None,
}


class ShownContact(BaseModel):
    """One registered phone."""

    uri: str
    status: str = Field(description="Asterisk's word, such as Reachable, Unreachable or NonQualified.")
    user_agent: str
    round_trip_ms: float | None

    @classmethod
    def of(cls, contact: Contact) -> ShownContact:
        return cls(
            uri=contact.uri,
            status=contact.status,
            user_agent=contact.user_agent,
            round_trip_ms=contact.round_trip_ms,
        )


class EndpointDetails(BaseModel):
    """What Asterisk has of an endpoint."""

    endpoint: str
    state: str
    transport: str
    auth: str = Field(description="The name of its auth section; what is in there is never shown.")
    contacts: list[ShownContact]

    @classmethod
    def of(cls, endpoint: Endpoint) -> EndpointDetails:
        return cls(
            endpoint=endpoint.name,
            state=endpoint.state,
            transport=endpoint.transport,
            auth=endpoint.auth,
            contacts=[ShownContact.of(each) for each in endpoint.contacts],
        )


class Registration(BaseModel):
    """Whether its phones are there."""

    registered: bool | None = Field(description="null: Asterisk could not be asked.")
    status: str = Field(
        description="Asterisk's word for the device; Not Found: there is no such endpoint; Unknown: it could not be asked."
    )
    contacts: int | None
    details: EndpointDetails | None

    @classmethod
    def of(cls, endpoint: Endpoint | None) -> Registration:
        """Tell of an endpoint; None: Asterisk has none of that name."""
        return cls(
            registered=endpoint is not None and endpoint.registered,
            status=endpoint.state if endpoint else "Not Found",
            contacts=len(endpoint.contacts) if endpoint else 0,
            details=EndpointDetails.of(endpoint) if endpoint else None,
        )

    @classmethod
    def unknown(cls) -> Registration:
        return cls(registered=None, status="Unknown", contacts=None, details=None)


class Check(BaseModel):
    """An extension beside what Asterisk has of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [CHECK_EXAMPLE]})

    extension: ShownExtension
    exists_in_asterisk: bool | None = Field(description="null: Asterisk could not be asked.")
    registration_status: Registration
    endpoint_details: EndpointDetails | None


class EndpointList(BaseModel):
    """All endpoints of Asterisk."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"endpoints": [ENDPOINT_EXAMPLE], "total": 1}]})

    endpoints: list[ShownEndpoint]
    total: int


class Trouble(BaseModel):
    """Something that is wrong, and what to do."""

    severity: str = Field(description="error; or warning, where it could not be found out.")
    message: Sentence
    why: Sentence = Field(description="Why it matters.")
    solution: Sentence
    action: str | None = Field(description="The fix of `flask doctor --fix` that does it.")


class SetupGuide(BaseModel):
    """What is typed into a phone."""

    extension: str
    username: str
    server: str
    port: int | None = Field(description="null: the transport's own, which phones know.")
    transport: str
    context: str


class Diagnostics(Check):
    """What the doctor finds about an extension, and how a phone is set up."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                CHECK_EXAMPLE
                | {
                    "headline": "❌ The doctor found 1 thing that is wrong with 101",
                    "troubleshooting": [FINDING_EXAMPLE],
                    "checked": ["Asterisk's manager interface lets Switchhook in"],
                    "setup_guide": {
                        "extension": "101",
                        "username": "101",
                        "server": "pbx.example.com",
                        "port": 5060,
                        "transport": "UDP",
                        "context": "from-internal",
                    },
                    "sip_clients": [
                        {"name": "Linphone", "platform": "Cross-platform", "url": "https://www.linphone.org"}
                    ],
                    "test_instructions": [
                        {"step": 1, "action": "Set up a phone", "description": "as setup_guide says"}
                    ],
                    "api_endpoints": {"verify": "/api/extensions/7/verify"},
                }
            ]
        }
    )

    headline: str
    troubleshooting: list[Trouble] = Field(description="The cause of others first.")
    checked: list[str] = Field(description="What is all right.")
    setup_guide: SetupGuide
    sip_clients: list[dict[str, str]]
    test_instructions: list[dict[str, str | int]]
    api_endpoints: dict[str, str]
