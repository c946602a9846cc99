"""Which numbers lamps can show, how they are, and whose phones watch them: asked of Asterisk."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import col, select

from models.extension import Extension, State
from models.number import by_size
from pbx import loaded_modules
from pbx.ami import connected
from pbx.ami_client import ActionFailed, Client
from pbx.ami_messages import Message
from pbx.answers import ChangeResult
from pbx.errors import AsteriskUnavailable, NotFound
from pbx.hint_states import MODULES, PUBSUB, Hint, Module, Presence, hint, watchers_of
from pbx.services import Services
from settings import Settings

SUBSCRIPTIONS = "PJSIPShowSubscriptionsInbound"


def presence(services: Services, number: str | None = None) -> Presence:
    """Return all hints, the administrator's own among them, or those of one number.

    Raises AsteriskUnavailable, and NotFound where the number has no hint.
    """
    with connected(services.settings) as asterisk:
        every = _every_hint(asterisk)
        warnings = tuple(module.warning for module in missing_modules(asterisk))
    names = _names(services)
    if number is None:
        return Presence(every, names=names, warnings=warnings)
    found = tuple(each for each in every if each.number == number)
    watched = tuple(each for each in every if number in each.watchers)
    if not found and not watched:
        raise NotFound(_no_hint(services, number))
    return Presence(found, watched, names, warnings)


def _every_hint(asterisk: Client) -> tuple[Hint, ...]:
    watchers = watchers_of(asterisk.listed(SUBSCRIPTIONS))
    shown = [each for each in _states(asterisk) if each.get("Event") == "ExtensionStatus"]
    found = [hint(each, watchers.get(each.get("Exten", ""), [])) for each in shown]
    return tuple(sorted(found, key=lambda each: (each.context, by_size(each.number))))


def _states(asterisk: Client) -> list[Message]:
    """List the hints. Raises AsteriskUnavailable where the manager user may not ask, which is not the same as none."""
    try:
        return asterisk.ask(Action="ExtensionStateList")
    except ActionFailed as error:
        raise AsteriskUnavailable(
            f"Asterisk does not list its hints ({error}): the manager user needs write=call or reporting in manager.conf"
        ) from None


def _names(services: Services) -> dict[str, str]:
    with services.database.session() as session:
        return dict(session.exec(select(col(Extension.number), col(Extension.name))).all())


def _no_hint(services: Services, number: str) -> str:
    with services.database.session() as session:
        row = session.exec(select(Extension).where(col(Extension.number) == number)).one_or_none()
    if row is None:
        what_to_do = "/ext presence lists the numbers that have one"
    elif row.state is State.LIVE and row.enabled:
        what_to_do = (
            f"it is live: where its steps are written by hand, `exten => {number},hint,PJSIP/{number}` is missing there, and "
            f"else /ext verify {number} writes it once more"
        )
    else:
        what_to_do = f"it is not live, or disabled: /ext status {number} says more"
    return f"Asterisk has no hint for {number}, so no busy lamp (BLF) can show it; {what_to_do}"


def ask(asterisk: Client, row: Extension) -> Hint | None:
    """Return the extension's hint; None where Asterisk has none. Raises AsteriskUnavailable."""
    action = {"Action": "ExtensionState", "Context": row.context, "Exten": row.number}
    shown = hint(asterisk.ask_all([action])[0][0])
    if not shown.devices:
        return None
    watchers = watchers_of(asterisk.listed(SUBSCRIPTIONS))
    return replace(shown, watchers=tuple(watchers.get(row.number, [])))


def with_hint(settings: Settings, done: ChangeResult) -> ChangeResult:
    """Add to what came of it the hint, and a warning for each module that lamps lack.

    Adds nothing where no phone of it is in Asterisk, or Asterisk cannot be asked.
    """
    if done.extension is None or not done.extension.has_phones:
        return done
    try:
        with connected(settings) as asterisk:
            lacking = [module.warning for module in missing_modules(asterisk) if module.is_for_lamps]
            warnings = (*done.warnings, *lacking)
            return replace(done, hint=ask(asterisk, done.extension), warnings=warnings)
    except AsteriskUnavailable:
        return done


def missing_modules(asterisk: Client) -> list[Module]:
    """Return the modules that are not loaded; of those that wait for another one, that one alone.

    Raises AsteriskUnavailable.
    """
    names = loaded_modules.missing(asterisk, [module.name for module in MODULES])
    found = [module for module in MODULES if module.name in names]
    return [PUBSUB] if PUBSUB in found else found
