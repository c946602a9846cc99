"""The administrator's files as texts."""

from __future__ import annotations

from pathlib import Path

from pbx.config import parser
from pbx.config.admin_config import AdminConfig
from pbx.config.admin_dialplan import AdminDialplan
from pbx.config.parser import Section


def sections(name: str, text: str) -> list[Section]:
    """Return the sections of a file that includes nothing."""
    return parser.sections(lambda _path, _by: text, lambda _pattern: [], Path(name))


def admin_config(pjsip: str = "", extensions: str = "", wizard: str = "") -> AdminConfig:
    """Return what stands in these files, outside Switchhook's blocks."""
    return AdminConfig(
        sections("pjsip.conf", pjsip),
        AdminDialplan(sections("extensions.conf", extensions)),
        sections("pjsip_wizard.conf", wizard),
    )
