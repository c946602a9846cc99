"""Pure: what the administrator wrote outside Switchhook's blocks, by number; each place as `file:line`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pbx.config import objects
from pbx.config.admin_dialplan import AdminDialplan
from pbx.config.parser import Section
from pbx.config.transports import AdminTransport, admin_transports


@dataclass(frozen=True)
class AdminConfig:
    """Everything outside Switchhook's blocks."""

    pjsip: list[Section]
    dialplan: AdminDialplan
    wizard: list[Section] = field(default_factory=list)  # pjsip_wizard.conf
    sorcery: list[Section] = field(default_factory=list)  # sorcery.conf
    files: tuple[Path, ...] = ()  # that were read for pjsip.conf, extensions.conf and pjsip_wizard.conf
    commented: Mapping[str, str] = field(
        default_factory=dict
    )  # adopted number → where its lines are comments

    def endpoints(self, number: str) -> list[str]:
        """Return where there is an endpoint, auth or AOR of this number."""
        return [
            *objects.endpoint_conflicts(self._pjsip_by_name.get(number, []), number),
            *objects.wizard_conflicts(self._wizard_by_name.get(number, []), number),
        ]

    def additions(self, number: str) -> list[str]:
        """Return where something is added to Switchhook's section of this number by (+)."""
        return objects.additions(self._pjsip_by_name.get(number, []), number)

    def extens(self, exten: str, context: str) -> list[str]:
        """Return where there are steps or a hint for it in this very context."""
        return self.dialplan.places(exten, context) + self._hints.get((context, exten), [])

    def has_hint(self, number: str, context: str) -> bool:
        """Return whether a lamp that is in the context finds a hint of the number's."""
        names = self.dialplan.searched(context)
        return self.dialplan.has_hint(number, names) or any((name, number) in self._hints for name in names)

    def named(self, name: str) -> list[Section]:
        """Return the sections of this name in pjsip.conf, templates among them."""
        return self._pjsip_by_name.get(name, [])

    @cached_property
    def used_as_templates(self) -> set[str]:
        """Return the names of sections that others, in pjsip.conf or pjsip_wizard.conf, take options from."""
        return {name for section in (*self.pjsip, *self.wizard) for name in section.templates}

    @cached_property
    def transports(self) -> dict[str, str]:
        """protocol → name of the section"""
        return objects.transports(self.pjsip)

    @cached_property
    def all_transports(self) -> list[AdminTransport]:
        return list(admin_transports(self.pjsip))

    # Looked up once a row, of which there may be thousands, as of sections.

    @cached_property
    def _pjsip_by_name(self) -> dict[str, list[Section]]:
        return _by_name(self.pjsip)

    @cached_property
    def _wizard_by_name(self) -> dict[str, list[Section]]:
        return _by_name(self.wizard)

    @cached_property
    def _hints(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for place, context, exten in objects.wizard_hints(self.wizard):
            found.setdefault((context, exten), []).append(place)
        return found

    def included(self, exten: str, context: str) -> list[str]:
        """Return where the context, or one that it includes, has steps for it: Switchhook's would outrank them."""
        return [answer.place for answer in self.dialplan.exact(exten, context)]


def joined(places: Iterable[str]) -> str:
    """Name the first three places, each once: `pjsip.conf:3 and users.conf:7`."""
    return " and ".join(list(dict.fromkeys(places))[:3])


def _by_name(sections: list[Section]) -> dict[str, list[Section]]:
    found: dict[str, list[Section]] = {}
    for section in sections:
        found.setdefault(section.name, []).append(section)
    return found
