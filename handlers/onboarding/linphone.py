"""Pure: what Linphone reads behind its link, and the link as a picture.

Of the softphones that read QR codes of one's own making, Linphone is the one that takes a link and not the password itself:
https://wiki.linphone.org/xwiki/wiki/public/view/Lib/Features/Remote%20Provisioning/
"""

from __future__ import annotations

import hashlib
import io
from typing import NamedTuple
from xml.etree import ElementTree

import segno
from pydantic import SecretStr

from models.extension import Extension

NAMESPACE = "http://www.linphone.org/xsds/lpconfig.xsd"
TRANSPORTS = ("udp", "tcp", "tls")
DOT = 6  # pixels: the whole is about 300 wide, so that Slack shows it in full size


class Ticket(NamedTuple):
    """Whose secret, by password.key_of(), and which: a new secret makes the ticket worthless."""

    key: int | str  # an employee's is a number
    fingerprint: str


def fingerprint(extension: Extension) -> str:
    return hashlib.sha256(extension.encrypted_secret.encode()).hexdigest()[:16]


def qr_code(url: str) -> bytes:
    """Draw a PNG."""
    image = io.BytesIO()
    segno.make_qr(url).save(image, kind="png", scale=DOT)
    return image.getvalue()


def qr_svg(url: str) -> str:
    """Draw an SVG to stand in a page, black on white in the dark, too: scanners do not read it otherwise."""
    return segno.make_qr(url).svg_inline(scale=DOT, light="#fff", svgclass="qr", lineclass=None)


def configuration(extension: Extension, server: str, secret: SecretStr) -> bytes:
    """Write Linphone's configuration: https://download.linphone.org/snapshots/docs/liblinphone/latest/"""
    host, number = server.partition(":")[0], extension.number
    root = ElementTree.Element("config", xmlns=NAMESPACE)
    _section(
        root,
        "proxy_0",
        reg_identity=f'"{_quoted(extension.name)}" <sip:{number}@{host}>',
        reg_proxy=f"<sip:{server};transport={extension.transport}>",
        reg_sendregister="1",
    )
    _section(root, "auth_info_0", username=number, passwd=secret.get_secret_value(), domain=host)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _section(root: ElementTree.Element, name: str, **entries: str) -> None:
    section = ElementTree.SubElement(root, "section", name=name)
    for key, value in entries.items():
        ElementTree.SubElement(section, "entry", name=key, overwrite="true").text = value


def _quoted(name: str) -> str:
    """Quote a display name as RFC 3261 has it."""
    return name.replace("\\", "\\\\").replace('"', '\\"')
