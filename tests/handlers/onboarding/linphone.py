"""Linphone's configuration as it reads it."""

from __future__ import annotations

from xml.etree import ElementTree


def entries(document: bytes) -> dict[str, dict[str, str]]:
    """Return Linphone's sections, with their entries."""
    space = {"lp": "http://www.linphone.org/xsds/lpconfig.xsd"}
    sections = ElementTree.fromstring(document).findall("lp:section", space)  # noqa: S314 - our own
    return {
        str(section.get("name")): {
            str(entry.get("name")): str(entry.text) for entry in section.findall("lp:entry", space)
        }
        for section in sections
    }
