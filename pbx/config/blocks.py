"""Pure: Switchhook's lines in its files, as they are or as they are to be, by number and by exten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pbx import dialplan, pjsip, pjsip_transports, voicemail
from pbx.outbound_route import ROUTES_CONTEXT


@dataclass(frozen=True)
class Blocks:
    """The texts of the blocks, parsed once."""

    pjsip: str = field(repr=False)  # secrets are among it
    extensions: str
    voicemail: str = ""

    @cached_property
    def endpoints(self) -> Mapping[str, str]:
        """number → its lines in pjsip.conf"""
        return pjsip.by_number(self.pjsip)

    @cached_property
    def nat(self) -> Mapping[str, list[str]]:
        """transport → its lines of NAT"""
        return pjsip_transports.nat_lines(self.pjsip)

    @cached_property
    def extens(self) -> Mapping[tuple[str, str], str]:
        """(context, exten) → its lines in extensions.conf"""
        return dialplan.entries(self.extensions)

    @cached_property
    def mailboxes(self) -> Mapping[str, str]:
        """number → its line in voicemail.conf"""
        return voicemail.by_number(self.voicemail)

    @cached_property
    def phones(self) -> Mapping[str, list[str]]:
        """number → its lines in all of them"""
        found = {number: [lines] for number, lines in self.endpoints.items()}
        for (context, exten), lines in self.extens.items():
            if exten.isdecimal() and context != ROUTES_CONTEXT:
                found.setdefault(exten, []).extend((context, lines))
        for number, line in self.mailboxes.items():
            found.setdefault(number, []).append(line)
        return found

    def lines_of(self, numbers: Collection[str]) -> Blocks:
        """Return the lines of these extensions alone, as text that can stand in pjsip.conf and extensions.conf by itself."""
        extens = [
            f"[{context}]\n{lines}"
            for (context, exten), lines in self.extens.items()
            if exten in numbers and context != ROUTES_CONTEXT
        ]
        endpoints = [f"{self.endpoints[number]}\n" for number in numbers if number in self.endpoints]
        return Blocks("\n".join(endpoints), "\n".join(extens))
