"""What is sent and answered about NAT and transports, by the names that the guide's clients know."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from handlers.api.next_steps import Sentence
from models.nat import Nat
from models.nat_fields import Address, Networks
from models.transport_fields import BindAddress
from pbx.answers import TransportStatus
from pbx.config.admin_config import joined
from pbx.errors import ASTERISK_LOG
from pbx.transports import RunningTransport

RESTART = "systemctl restart asterisk"
SETTINGS_EXAMPLE: dict[str, Any] = {
    "external_media_address": "203.0.113.7",
    "external_signaling_address": "203.0.113.7",
    "local_net": "192.168.1.0/24",
}
TRANSPORT_EXAMPLE: dict[str, Any] = {
    "name": "transport-udp",
    "protocol": "udp",
    "bind": "0.0.0.0:5060",
    "managed": False,
    "place": "/etc/asterisk/pjsip.conf:8",
    "running_bind": "0.0.0.0:5060",
    "running_settings": SETTINGS_EXAMPLE,
    "verified": True,
    "pending_restart": False,
    "note": None,
}
RESULT_EXAMPLE: dict[str, Any] = {"reload_result": True, "verified": True, "error": None, "warnings": []}


def _none_if_empty(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Clearable = BeforeValidator(_none_if_empty)


class ExternalMedia(BaseModel):
    """The addresses by which the world reaches a PBX behind NAT."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [SETTINGS_EXAMPLE]})

    external_media_address: Annotated[Address | None, Clearable] = Field(
        None, description="Where phones outside send their voice: an address or a name."
    )
    external_signaling_address: Annotated[Address | None, Clearable] = Field(
        None, description="Where they send everything else, if that is another address."
    )
    local_net: Annotated[Networks | str | None, Clearable] = Field(
        None,
        description="Networks whose phones get Asterisk's own address: 192.168.1.0/24,10.0.0.0/8, or a list.",
    )


class NatSettings(BaseModel):
    """What is set of NAT; null: nothing."""

    external_media_address: str | None
    external_signaling_address: str | None
    local_net: str | None = Field(description="Networks, with commas between them.")

    @classmethod
    def of(cls, nat: Nat | None) -> NatSettings:
        if nat is None:
            return cls(external_media_address=None, external_signaling_address=None, local_net=None)
        return cls(
            external_media_address=nat.external_media_address,
            external_signaling_address=nat.signaling,
            local_net=",".join(nat.local_net) or None,
        )


class ShownTransport(BaseModel):
    """A transport in the files, and what Asterisk has of it."""

    name: str
    protocol: str
    bind: str = Field(description="Where it is to listen, as it is written.")
    managed: bool = Field(description="Whether it is Switchhook's. Others are changed where `place` says.")
    place: str
    running_bind: str | None = Field(description="Where it listens; null: Asterisk does not show it.")
    running_settings: NatSettings | None = Field(description="What it has of NAT, as Asterisk shows it.")
    verified: bool | None = Field(
        description="Whether Asterisk has shown it as it is to be; null: no extension uses it, and then it shows none."
    )
    pending_restart: bool
    note: str | None

    @classmethod
    def of(cls, running: RunningTransport, nat: TransportStatus | None) -> ShownTransport:
        written, shown = running.written, running.shown
        return cls(
            name=written.name,
            protocol=written.protocol,
            bind=written.bind,
            managed=written.is_ours,
            place=written.place,
            running_bind=shown.get("Bind") if shown else None,
            running_settings=_settings(shown) if shown else None,
            verified=_is_verified(running),
            pending_restart=running.waits_for_restart,
            note="; ".join(_notes(running, nat)) or None,
        )


def _settings(shown: Any) -> NatSettings:
    return NatSettings(
        external_media_address=shown.get("ExternalMediaAddress") or None,
        external_signaling_address=shown.get("ExternalSignalingAddress") or None,
        local_net=shown.get("LocalNet") or None,
    )


def _is_verified(running: RunningTransport) -> bool | None:
    if running.is_started is None:
        return None
    return running.is_started and not running.waits_for_restart and not running.differences


def _notes(running: RunningTransport, nat: TransportStatus | None) -> list[str]:
    found = list(running.differences)
    if running.is_started is False:
        found.append(f"Asterisk has not started it: its log ({ASTERISK_LOG}) says why")
    elif running.is_started is None:
        there = {True: "something listens at its port", False: "nothing listens at its port", None: ""}
        found += [
            "no extension uses it, so Asterisk does not show it",
            *filter(None, [there[running.has_listener]]),
        ]
    if running.waits_for_restart:
        found.append(f"it moves to {running.written.bind} when Asterisk restarts: {RESTART}")
    if nat and nat.own:
        found.append(f"it has NAT options of its own at {joined(nat.own)}, and those count")
    if nat and nat.obstacle:
        found.append(f"NAT is not written there, as {nat.obstacle}")
    return found


class GlobalConfig(BaseModel):
    """What is set of NAT, and the transports."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "settings": SETTINGS_EXAMPLE,
                    "transports": [TRANSPORT_EXAMPLE],
                    "verified": True,
                    "warnings": [],
                    "error": None,
                }
            ]
        }
    )

    settings: NatSettings
    transports: list[ShownTransport]
    verified: bool = Field(description="Whether Asterisk has shown the settings, and nothing else.")
    warnings: list[Sentence] = Field(description="What may not be meant: a sentence each.")
    error: Sentence | None = Field(description="Why Asterisk could not be asked.")


class ExternalMediaSet(GlobalConfig):
    """What has come of setting NAT."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "message": "External media settings updated successfully",
                    "settings": SETTINGS_EXAMPLE,
                    "transports": [TRANSPORT_EXAMPLE],
                    **RESULT_EXAMPLE,
                }
            ]
        }
    )

    message: str
    reload_result: bool = Field(description="Whether it is in the files, and Asterisk has loaded them.")


class TransportBody(BaseModel):
    """Where Asterisk is to listen."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"protocol": "tcp", "bind": "0.0.0.0:5060"}]}
    )

    protocol: Literal["udp", "tcp", "tls"]
    bind: BindAddress | None = Field(
        description="An address of Asterisk's machine and a port; null forgets what was set here."
    )


class TransportSet(BaseModel):
    """What has come of setting a transport."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "message": "Transport settings updated successfully",
                    "transport": TRANSPORT_EXAMPLE
                    | {"name": "transport-tcp", "protocol": "tcp", "managed": True, "verified": None},
                    "pending_restart": False,
                    **RESULT_EXAMPLE,
                }
            ]
        }
    )

    message: str
    transport: ShownTransport | None = Field(description="null: there is none, or Asterisk cannot be asked.")
    reload_result: bool = Field(description="Whether it is in the files, and Asterisk has loaded them.")
    verified: bool = Field(
        description="Whether Asterisk has shown it, or this machine that something listens there."
    )
    pending_restart: bool
    warnings: list[Sentence]
    error: Sentence | None = Field(description="Why it is not live yet.")
