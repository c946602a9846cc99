"""Pure: what the administrator wrote → phones that can be adopted as they are, and why others cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.adopted_options import AdoptedOptions
from models.number import is_number
from pbx import hand_written_steps
from pbx.adoption import markers, sections, values
from pbx.adoption.sections import HandWritten, Index, IsTrunk, Texts
from pbx.adoption.values import NotAdoptable
from pbx.config.admin_config import AdminConfig
from pbx.config.admin_dialplan import DialplanLine
from pbx.pjsip import Endpoint


@dataclass(frozen=True)
class Candidate:
    """A phone that can be adopted."""

    number: str
    fields: Mapping[str, Any] = field(repr=False)  # the secret is among them
    options: AdoptedOptions = field(repr=False)  # may have secrets, too
    lines: Mapping[Path, frozenset[int]]  # to be commented out
    stays: tuple[str, ...] = ()  # what is the phone's and stays the administrator's, and where
    has_hint: bool = False  # of the administrator's, for busy lamps
    has_new_caller_id: bool = False  # it had none, so others saw what the phone says of itself


@dataclass(frozen=True)
class Refused:
    """A phone that stays the administrator's."""

    name: str
    reason: str
    is_trunk: bool = False


def find(admin: AdminConfig, contents: Mapping[Path, bytes]) -> list[Candidate | Refused]:
    """Return every endpoint of the administrator's files. `contents`: of those files."""
    texts = Texts([*admin.pjsip, *admin.wizard], contents)
    marked = {number for content in contents.values() for number in markers.numbers_in(content)}
    index = Index(admin)
    return [_candidate(admin, index, texts, name, marked) for name in sections.names(admin)]


def _candidate(
    admin: AdminConfig, index: Index, texts: Texts, name: str, marked: set[str]
) -> Candidate | Refused:
    try:
        if not is_number(name):
            raise NotAdoptable("its name is no number of 2 to 20 digits, as Switchhook's extensions have")
        if name in marked:
            raise NotAdoptable(
                f"lines of an earlier {name} are still commented out (;switchhook-adopted {name};): delete them first"
            )
        written = _written(admin, index, name)
        fields, options = values.fields(name, written.options, admin.transports)
        _refuse_unwritable(name, fields, options)
        steps = hand_written_steps.own_lines(admin.dialplan, name, fields["context"])
        _refuse_hint_among_lines(admin, name, fields["context"])
        return Candidate(
            name,
            fields,
            options,
            _lines(texts, written, steps),
            (*written.stays, *([] if steps else _steps_that_stay(admin, name, fields["context"]))),
            has_hint=admin.has_hint(name, fields["context"]),
            has_new_caller_id="callerid" not in dict(written.options["endpoint"]),
        )
    except NotAdoptable as error:
        return Refused(name, str(error), isinstance(error, IsTrunk))


def _refuse_unwritable(number: str, fields: Mapping[str, Any], options: AdoptedOptions) -> None:
    """Raise NotAdoptable for values that would not come through as they are."""
    if "\ufffd" in f"{fields['name']}{fields['secret'].get_secret_value()}{options}":
        raise NotAdoptable(
            "a value of it has characters that are no UTF-8: write it in UTF-8 or plain letters"
        )
    try:
        Endpoint.model_validate({**fields, "number": number, "adopted_options": options})
    except ValidationError:
        raise NotAdoptable("a value of it has a tab or another control character: take that out") from None


def _refuse_hint_among_lines(admin: AdminConfig, number: str, context: str) -> None:
    """Raise NotAdoptable where pjsip_wizard.conf's hint is in an exten of extensions.conf's.

    Asterisk (seen in 22.10) crashes at the reload of the dialplan after the wizard has taken that out.
    """
    places = admin.dialplan.places(number, context)
    if places and (hints := admin.extens(number, context)[len(places) :]):
        raise NotAdoptable(
            f"Asterisk would crash when its hint of pjsip_wizard.conf's goes from among your lines at {places[0]}: write "
            f"`exten => {number},hint,PJSIP/{number}` there first, if it is not there, and take hint_exten= out at "
            f'{hints[0]}; then, before you adopt it, asterisk -rx "dialplan reload" and asterisk -rx "module reload res_pjsip.so"'
        )


def _written(admin: AdminConfig, index: Index, name: str) -> HandWritten:
    if name in admin.used_as_templates:
        raise NotAdoptable("other sections take their options from it: make a template of those, [name](!)")
    in_pjsip = any(not each.is_template and each.get("type") == "endpoint" for each in admin.named(name))
    if in_pjsip and name in index.wizards:
        raise NotAdoptable("pjsip.conf and pjsip_wizard.conf both have it: take one of them out")
    return sections.of_pjsip(admin, index, name) if in_pjsip else sections.of_wizard(index, name)


def _lines(texts: Texts, written: HandWritten, steps: Iterable[DialplanLine]) -> dict[Path, frozenset[int]]:
    found: dict[Path, set[int]] = {}
    for section in written.sections:
        for path, line in texts.lines_of(section):
            found.setdefault(path, set()).add(line)
    for step in steps:
        texts.refuse_block_comments(step.path, [step.line])
        found.setdefault(step.path, set()).add(step.line)
    return {path: frozenset(lines) for path, lines in found.items()}


def _steps_that_stay(admin: AdminConfig, number: str, context: str) -> list[str]:
    own = admin.dialplan.places(number, context)
    places = own or hand_written_steps.others(admin.dialplan, number, context)
    return [f"what calls to it do, at {place}" for place in places[:1]]
