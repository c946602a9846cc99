"""Pure: what Asterisk has that the database does not explain, nor a file of the administrator's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote

from models.extension_range import ExtensionRange
from models.fields import DEFAULT_CONTEXT
from models.number import by_size
from pbx import dialplan
from pbx.adoption.candidates import Refused
from pbx.ami_messages import Message
from pbx.config import objects
from pbx.config.admin_config import joined
from pbx.config.managed_files import ConfigOnDisk
from pbx.contact_status import contact
from pbx.dialplan import RANGE_CONTEXT
from pbx.drift.report import Drift
from pbx.outbound_route import ROUTES_CONTEXT
from pbx.publishing.plan import Plan

DYNAMIC = ";@"  # stands between AOR and hash in the name of a contact that a phone registered


@dataclass(frozen=True)
class Running:
    """What Asterisk shows."""

    endpoints: Collection[str]
    aors: Collection[str]
    contacts: Sequence[Message]
    extens: Sequence[Message]  # steps and hints of the contexts of Switchhook's extensions
    faults: Mapping[str, Sequence[str]]  # number → what it shows differently from its row


def contexts(todo: Plan) -> list[str]:
    """Return the contexts of Switchhook's extensions."""
    found = {context for context, _ in todo.blocks.extens} | {DEFAULT_CONTEXT}
    return sorted(found - {RANGE_CONTEXT, ROUTES_CONTEXT})


def differing(running: Running) -> Iterator[Drift]:
    for number, faults in running.faults.items():
        if faults:
            yield Drift(
                "asterisk",
                number,
                f"Asterisk does not have {number} as the database does ({'; '.join(faults)}): /ext verify {number} writes it "
                f"once more and says what stands in the way",
            )


def strangers(
    numbers: Collection[str], running: Running, on_disk: ConfigOnDisk, extension_range: ExtensionRange
) -> Iterator[Drift]:
    """Yield phones within the range that no row and no file has. `numbers`: of all rows."""
    for name in _unknown(numbers, running, on_disk, extension_range):
        if not on_disk.admin.endpoints(name):
            kind = "endpoint" if name in running.endpoints else "aor"
            yield Drift(
                "phone",
                name,
                f"{name} lives in Asterisk as {kind}, and nobody owns it: {_origin(name, kind, on_disk)}",
            )


def by_hand(
    numbers: Collection[str],
    running: Running,
    on_disk: ConfigOnDisk,
    extension_range: ExtensionRange,
    refused: Mapping[str, Refused],
) -> Iterator[Drift]:
    """Yield phones within the range that the administrator wrote. `refused`: those that cannot be adopted, and trunks."""
    for name in _unknown(numbers, running, on_disk, extension_range):
        stays = refused.get(name)
        if (places := on_disk.admin.endpoints(name)) and not (stays and stays.is_trunk):
            end = f", and stays yours: {stays.reason}" if stays else f": /ext adopt {name} takes it over"
            yield Drift("phone", name, f"{name} is written by hand at {joined(places)}{end}")


def _unknown(
    numbers: Collection[str], running: Running, on_disk: ConfigOnDisk, extension_range: ExtensionRange
) -> list[str]:
    """Leave out what stands in the block: that is another database's, which is found by its mark."""
    names = {name for name in (*running.endpoints, *running.aors) if name in extension_range}
    return sorted(names - set(numbers) - on_disk.blocks.endpoints.keys(), key=by_size)


def _origin(name: str, kind: str, on_disk: ConfigOnDisk) -> str:
    if mappings := objects.sorcery_mappings(on_disk.admin.sorcery, kind):
        return f"it probably comes from {' or '.join(mappings)}; remove it there, or leave the number to it"
    return (
        f'no file that Switchhook can read has it; look at: asterisk -rx "pjsip show {kind} {name}"; after: '
        'asterisk -rx "module reload res_pjsip.so" it is gone if it was taken out of a file'
    )


def extens(todo: Plan, running: Running, on_disk: ConfigOnDisk) -> Iterator[Drift]:
    """Yield extens and hints, patterns aside, that neither block nor a file of the administrator's explains.

    What another module registered, such as parking or AEL, has a file of its own.
    """
    found = {
        (event.get("Context", ""), event.get("Extension", ""))
        for event in running.extens
        if event.get("Registrar") == dialplan.REGISTRAR
    }
    known = contexts(todo)
    ours = todo.blocks.extens.keys() | on_disk.blocks.extens.keys()
    for context, exten in sorted(found - ours):
        if context in known and exten and exten[0] != "_" and not on_disk.admin.extens(exten, context):
            yield Drift(
                "exten",
                f"{exten}@{context}",
                f"the running dialplan has {exten}@{context}, and neither the database nor extensions.conf does: it came "
                'from the console or AMI, or was taken out of a file since; asterisk -rx "dialplan reload" has Asterisk '
                "forget it",
            )


def contacts(running: Running) -> Iterator[Drift]:
    """Yield registrations for which there is no AOR any more."""
    found: dict[str, list[Message]] = {}
    for event in running.contacts:
        aor, dynamic, _ = event.get("ObjectName", "").partition(DYNAMIC)
        if dynamic and aor not in running.aors:
            found.setdefault(aor, []).append(event)
    for aor, events in found.items():
        yield Drift(
            "contact",
            aor,
            f"a phone at {_addresses(events)} is registered as {aor}, and there is no {aor} in Asterisk, so the next owner of "
            f"the number would ring there: wait until its registration expires, or have Asterisk forget it: {_forget(events)}",
        )


def _forget(events: Iterable[Message]) -> str:
    names = dict.fromkeys(event.get("ObjectName", "") for event in events)
    return " && ".join(f"asterisk -rx {quote(f'database del registrar contact/{name}')}" for name in names)


def _addresses(events: Iterable[Message]) -> str:
    return " and ".join(dict.fromkeys(contact(event).address for event in events))
