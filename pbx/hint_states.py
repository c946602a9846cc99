"""Pure: hints and who watches them, as AMI shows them; the modules that it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

EXTENSION_STATE = "extension_state"  # SubscriptionType of busy lamps and presence alike


class HintState(StrEnum):
    """What a lamp that watches the number shows, in plain words."""

    IDLE = "idle"
    RINGING = "ringing"
    IN_USE = "in use"
    RINGING_IN_USE = "in use, and ringing"
    BUSY = "busy"
    ON_HOLD = "on hold"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


STATUSES = {
    "0": HintState.IDLE,
    "1": HintState.IN_USE,
    "2": HintState.BUSY,
    "4": HintState.UNAVAILABLE,
    "8": HintState.RINGING,
    "9": HintState.RINGING_IN_USE,
    "16": HintState.ON_HOLD,
    "17": HintState.ON_HOLD,  # one call on hold, another one going on
}


@dataclass(frozen=True)
class Hint:
    """A number that lamps can show. `devices`: what its state comes from, such as `PJSIP/101`.

    `watchers`: the endpoints whose phones watch this number, each once. AMI does not say in which context.
    """

    number: str
    context: str
    devices: str
    state: HintState
    watchers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Presence:
    """The hints that were asked for, and the modules that lamps lack. `names`: those of extensions, by number.

    `watched`: of one number, what its own phones watch.
    """

    hints: tuple[Hint, ...]
    watched: tuple[Hint, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Module:
    """A module of Asterisk's without which phones that subscribe are refused. `refusal`: what they are answered."""

    name: str
    purpose: str
    refusal: str = "489 Bad Event"
    is_for_lamps: bool = True

    @property
    def warning(self) -> str:
        """Return what is lost without it, and how to load it."""
        return (
            f"Asterisk has not loaded {self.name} ({self.purpose}): without it a phone that subscribes gets "
            f"“{self.refusal}”; {self._remedy}"
        )

    @property
    def _remedy(self) -> str:
        stays = (
            f"in modules.conf take out the line `noload => {self.name}.so`, or, with autoload=no, add `load => "
            f"{self.name}.so`"
        )
        if self is PUBSUB:
            return f"{stays}; then systemctl restart asterisk, as other modules wait for it"
        return f'asterisk -rx "module load {self.name}.so" loads it, and so that it stays: {stays}'


# The others load only after it.
PUBSUB = Module(
    "res_pjsip_pubsub", "subscriptions of any kind, and chan_pjsip's calls", "501 Not Implemented"
)
MODULES = (
    PUBSUB,
    Module("res_pjsip_outbound_publish", "res_pjsip_exten_state does not load without it"),
    Module("res_pjsip_exten_state", "busy lamps (BLF) and presence, from the hints"),
    Module("res_pjsip_dialog_info_body_generator", "busy lamps (BLF), Event: dialog"),
    Module("res_pjsip_pidf_body_generator", "presence, Event: presence"),
    Module("res_pjsip_xpidf_body_generator", "presence for older phones, application/xpidf+xml"),
    Module("res_pjsip_mwi", "the lamp of new voice messages, Event: message-summary", is_for_lamps=False),
    Module(
        "res_pjsip_mwi_body_generator",
        "the lamp of new voice messages, Event: message-summary",
        is_for_lamps=False,
    ),
)


def hint(shown: Mapping[str, str], watchers: Iterable[str] = ()) -> Hint:
    """Read an ExtensionStatus event, or the answer to ExtensionState."""
    return Hint(
        number=shown.get("Exten", ""),
        context=shown.get("Context", ""),
        devices=shown.get("Hint", ""),
        state=STATUSES.get(shown.get("Status", ""), HintState.UNKNOWN),
        watchers=tuple(watchers),
    )


def watchers_of(subscriptions: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    """Return number → the endpoints that watch it, of PJSIPShowSubscriptionsInbound's events."""
    found: dict[str, list[str]] = {}
    for event in subscriptions:
        if event.get("SubscriptionType") == EXTENSION_STATE:
            watchers = found.setdefault(event.get("Extension", ""), [])
            watchers += [name for name in [event.get("Endpoint", "")] if name not in watchers]
    return found
