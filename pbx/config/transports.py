"""Pure: the administrator's transports in pjsip.conf, and whether NAT can be added to them from Switchhook's block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pbx.config.parser import BLOCK, Section
from pbx.pjsip_transports import OPTIONS


@dataclass(frozen=True)
class AdminTransport:
    """A transport that the administrator wrote. Places are `file:line`."""

    name: str
    place: str
    own_nat: tuple[str, ...] = ()  # where it has such options of its own
    obstacle: str | None = None  # why nothing can be added to it by `[name](+)`

    @property
    def takes_nat(self) -> bool:
        """Return whether Switchhook adds to it: its own options are the administrator's, and count as they are."""
        return not self.own_nat and self.obstacle is None


def admin_transports(found: list[Section]) -> Iterator[AdminTransport]:
    """Yield each once, in order. `found`: the sections of pjsip.conf, with the one that stands for the block."""
    block = next((index for index, section in enumerate(found) if section.name == BLOCK), len(found))
    seen: set[int] = set()
    for index, section in enumerate(found):
        if section.is_template or section.get("type") != "transport" or id(section.options) in seen:
            continue
        seen.add(id(section.options))
        yield AdminTransport(
            section.name,
            f"{section.path}:{section.line}",
            tuple(f"{path}:{line}" for name, _, path, line in section.options if name.lower() in OPTIONS),
            _obstacle(found, section, is_above=index < block),
        )


def _obstacle(found: list[Section], section: Section, is_above: bool) -> str | None:
    """Return why Asterisk would not add to it: (+) adds to the first section of a name, and to none further down."""
    if not is_above:
        return "it stands below Switchhook's lines: move it above them"
    same = (each for each in found if not each.is_template and each.name.lower() == section.name.lower())
    first = next(same)
    if first.options is not section.options:
        return f"{first.path}:{first.line} has another section of its name further up: give one of them another name"
    return None
