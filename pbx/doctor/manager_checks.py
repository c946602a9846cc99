"""Checks of what Asterisk's manager interface lets Switchhook do, hear and read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress

from command_lines import LISTENER
from pbx.ami import connected
from pbx.ami_messages import Message
from pbx.doctor.findings import Finding
from pbx.manager_user import LEAST_READ, LOOPBACK, WRITE_TIMEOUT, write
from pbx.services import Services
from settings import Settings

# What the program asks of Asterisk, but for PJSIPShow… and VoicemailUserStatus, which are there only while res_pjsip and
# app_voicemail are, and what only the doctor asks, except for ListCategories: it alone shows whether the user has write=config. It may do what ListCommands lists.
ACTIONS = (
    "CoreSettings",
    "CoreShowChannels",
    "CoreStatus",
    "DBDel",
    "DialplanExtensionAdd",
    "DialplanExtensionRemove",
    "ExtensionState",
    "ExtensionStateList",
    "Filter",
    "GetConfig",
    "ListCategories",
    "ModuleCheck",
    "ModuleLoad",
    "Reload",
    "ShowDialPlan",
)
HEARD_SECONDS = 2.0
MIN_WRITE_TIMEOUT = 1000  # milliseconds; Asterisk's default is 100
RELOAD = 'asterisk -rx "manager reload"'


def rights(services: Services) -> Iterator[Finding]:
    """Find what the manager user may not do."""
    with connected(services.settings) as asterisk:
        allowed = asterisk.ask_all([{"Action": "ListCommands"}])[0][0]
    missing = [each for each in ACTIONS if each not in allowed]
    if missing:
        yield Finding(
            "ami-rights",
            f"the manager user {services.settings.ami_username!r} may not do {', '.join(missing)}",
            "Asterisk answers “Permission denied”, and changes do not go live or cannot be verified",
            _remedy(services.settings, least(calls="Originate" in allowed)),
        )


def least(*, calls: bool) -> str:
    """Return the lines of the least rights. `calls`: it may have calls made, which is not to be lost."""
    return f"read = {','.join(LEAST_READ)} and write = {','.join(write(calls=calls))}"


def _remedy(settings: Settings, line: str) -> str:
    return f"in [{settings.ami_username}] of manager.conf or manager.d/, have {line}, then {RELOAD}"


def events(services: Services) -> Iterator[Finding]:
    """Find events that Switchhook is to hear of and does not."""
    settings = services.settings
    options = _options(settings)
    why = "the listener waits for these events: without them calls, phones or failed logins are not told"
    if hiding := [each for each in options if _hides(*each)]:
        lines = " and ".join(f"{name}={value}".rstrip("=") for name, value in hiding)
        yield Finding(
            "ami-events",
            f"[{settings.ami_username}] of manager.conf hides events: {lines}",
            why,
            f"take {lines} out of [{settings.ami_username}], then {RELOAD}; Switchhook asks for what it needs itself",
        )
        return
    read = {right.strip() for name, value in options if name == "read" for right in value.split(",")}
    missing = [each for each in LEAST_READ if read and each not in read and "all" not in read]
    if not missing and not _hears_security(settings):
        missing = ["security"]
    if missing:
        yield Finding(
            "ami-events",
            f"the manager user {settings.ami_username!r} is not sent events of the class {' and '.join(missing)}",
            why,
            _remedy(settings, f"read = {','.join(LEAST_READ)}") + f", and restart {LISTENER}",
        )


def _options(settings: Settings) -> list[tuple[str, str]]:
    """Return the lines of the manager user but for its secret; none where they do not stand in manager.conf."""
    question = {"Action": "GetConfig", "Filename": "manager.conf", "Category": settings.ami_username}
    with connected(settings) as asterisk:
        answer = asterisk.ask_all([question])[0][0]
    lines = (
        value.rpartition("=") if value.endswith("=") else value.partition("=") for value in _lines(answer)
    )
    return [(name.strip(), value.strip()) for name, _, value in lines if name.strip() != "secret"]


def _lines(answer: Message) -> list[str]:
    return [value for name, value in answer.items() if name.startswith("Line-")]


def _hides(name: str, value: str) -> bool:
    """Return whether a line keeps events from the user: `eventfilter=!…`, or `eventfilter(action(exclude),…)=`."""
    return name.startswith("eventfilter") and (value.startswith("!") or "exclude" in name)


def _hears_security(settings: Settings) -> bool:
    """Return whether the event comes that every login to AMI makes, of the class security, for another login."""
    heard = threading.Event()

    def note(_event: Message) -> None:
        heard.set()

    with connected(settings, note, wanted=("SuccessfulAuth",)):
        heard.clear()
        with connected(settings):
            return heard.wait(HEARD_SECONDS)


def write_timeout(services: Services) -> Iterator[Finding]:
    """Find that Asterisk would hang up before it has told of many phones."""
    options = dict(_options(services.settings))
    if not options:
        return
    milliseconds = 0
    with suppress(ValueError):
        milliseconds = int(options.get("writetimeout", ""))
    if milliseconds < MIN_WRITE_TIMEOUT:
        has = f"writetimeout={milliseconds}" if milliseconds else "no writetimeout, so that it is 100"
        yield Finding(
            "ami-writetimeout",
            f"[{services.settings.ami_username}] of manager.conf has {has}",
            "Asterisk closes a connection that takes more milliseconds to read what it sends: long lists of phones fail",
            _remedy(services.settings, f"writetimeout = {WRITE_TIMEOUT}"),
        )


def in_clear(services: Services) -> Iterator[Finding]:
    """Find that passwords go over the network as they are."""
    settings = services.settings
    if settings.ami_host not in LOOPBACK and not settings.ami_tls:
        yield Finding(
            "ami-tls",
            f"AMI_HOST is {settings.ami_host}, and AMI_TLS is false",
            "AMI_SECRET and the phones' secrets can be read on the way by whoever is on that network",
            "in manager.conf, have tlsenable=yes, tlsbindaddr=0.0.0.0:5039 and tlscertfile=…; then set AMI_TLS=true, "
            "AMI_PORT=5039 and, for a certificate of your own, AMI_CA_FILE, and restart both processes",
        )
