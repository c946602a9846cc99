"""What the tests of the use cases say over and over."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from models.encryption import generate_secret
from models.extension import Extension, State
from models.fields import NewExtension
from pbx import config_files, directory, extensions, versions
from pbx.ami import connected
from pbx.ami_messages import Message
from pbx.answers import ChangeResult
from pbx.config.managed_files import ManagedFile, Provenance
from pbx.config.version_history import FileSet
from pbx.services import Services
from settings import Settings
from tests.asterisk_bed import Asterisk, Phone
from tests.slash_commands import TESTER

PROVENANCE = Provenance("2f1c9a52-7f0e-4c55-9a0e-6f6f1d3c8b11", 1)


def create(services: Services, number: str | None, name: str = "Alice", **more: Any) -> ChangeResult:
    return extensions.create(services, NewExtension(number=number, name=name, **more), by=TESTER)


def create_live(services: Services, number: str, name: str = "Alice", **more: Any) -> Extension:
    return live(create(services, number, name, **more))


def live(outcome: ChangeResult) -> Extension:
    assert outcome.extension
    assert outcome.extension.state is State.LIVE, outcome.extension.reason
    return outcome.extension


def insert(services: Services, *numbers: str, **values: Any) -> None:
    """Rows as the use cases would save them, past every check."""
    defaults = {
        "name": "Alice",
        "codecs": ["ulaw"],
        "encrypted_secret": services.cipher.encrypt(generate_secret()),
    }
    with services.database.session() as session:
        for number in numbers:
            session.add(Extension(number=number, **defaults | values))


def states(services: Services) -> dict[str, State]:
    return {status.extension.number: status.extension.state for status in directory.listing(services)}


def reason(services: Services, number: str) -> str:
    return extensions.get(services, number).reason or ""


def contents(settings: Settings) -> tuple[bytes, bytes]:
    """Both files, byte for byte, but for how often they were written."""
    return _uncounted(versions.current(settings))


def kept(settings: Settings) -> list[tuple[bytes, bytes]]:
    """Every version of both files that is kept, the oldest first; as contents()."""
    return [_uncounted(versions.read(settings, version)) for version in versions.listed(settings)]


def _uncounted(files: FileSet) -> tuple[bytes, bytes]:
    pjsip, extensions, _ = (
        re.sub(rb"(?m)^(; Written by database \S+), write [0-9]+$", rb"\1", content or b"")
        for content in files
    )
    return pjsip, extensions


def replace(managed: ManagedFile, text: str) -> None:
    """Raises ConfigFileError; the file is then as it was."""
    with config_files.staged(managed, text, PROVENANCE) as replace_file:
        replace_file()


def temporary_files(folder: Path) -> list[str]:
    """Temporary files, those beside kept versions among them; Asterisk's own are not there on a bed."""
    hidden = [path.name for path in folder.rglob(".*")]
    return sorted(name for name in hidden if name != versions.FOLDER)


def shown(services: Services, number: str) -> dict[str, Message]:
    """PJSIPShowEndpoint's events by object type; empty when there is no such endpoint."""
    with connected(services.settings) as asterisk:
        answer = asterisk.ask_all([{"Action": "PJSIPShowEndpoint", "Endpoint": number}])[0]
    return {event["ObjectType"]: event for event in answer if "ObjectType" in event}


def dialplan(services: Services, exten: str, context: str = "from-internal") -> list[tuple[str, str, str]]:
    """(extension, application, data) of every step that Asterisk runs for this exten, patterns among them."""
    with connected(services.settings) as asterisk:
        answer = asterisk.ask_all([{"Action": "ShowDialPlan", "Context": context, "Extension": exten}])[0]
    return [
        (event.get("Extension", ""), event["Application"], event.get("AppData", ""))
        for event in answer
        if event.get("Event") == "ListDialplan" and "Application" in event
    ]


def has_exten(services: Services, exten: str, context: str = "from-internal") -> bool:
    return any(name == exten for name, _, _ in dialplan(services, exten, context))


def registers(asterisk: Asterisk, number: str, secret: str, transport: str = "udp") -> None:
    """Raises RegistrationFailed."""
    with Phone(number, secret, asterisk.sip_domain, transport) as phone:
        phone.register()
