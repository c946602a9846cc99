"""What Linphone reads behind its link, and what a camera reads from the code."""

from __future__ import annotations

import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pydantic import SecretStr

from handlers.onboarding import linphone
from models.extension import Extension
from tests.handlers.onboarding.linphone import entries


def extension(**more: Any) -> Extension:
    return Extension(
        **{"number": "101", "name": "Alice", "encrypted_secret": "encrypted", "codecs": ["ulaw"]} | more
    )


def test_a_fingerprint_is_of_the_secret_and_does_not_tell_it() -> None:
    assert linphone.fingerprint(extension()) == "954d1bb83d80bb6f"
    assert linphone.fingerprint(extension(encrypted_secret="another")) != linphone.fingerprint(extension())


def test_a_camera_reads_the_link_from_the_code() -> None:
    url = "https://a-long-name-of-a-host.phones.example.com/switchhook/phones/eyJhIjoxfQ.aXl3.xR9"
    image = Image.open(io.BytesIO(linphone.qr_code(url)))
    assert 250 < image.width < 350  # pixels: Slack shows it in full size
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [url]


def test_the_code_of_a_page_is_black_on_white_without_styles_of_its_own() -> None:
    picture = linphone.qr_svg("https://phones.example.com/phones/eyJhIjoxfQ.aXl3.xR9")
    assert picture.startswith("<svg")
    assert 'fill="#fff"' in picture
    assert 'stroke="#000"' in picture
    assert "style" not in picture


def test_linphone_gets_account_and_password() -> None:
    document = linphone.configuration(extension(), "pbx.example.com:5062", SecretStr("s<e&c>r'et12"))
    assert entries(document) == {
        "proxy_0": {
            "reg_identity": '"Alice" <sip:101@pbx.example.com>',
            "reg_proxy": "<sip:pbx.example.com:5062;transport=udp>",
            "reg_sendregister": "1",
        },
        "auth_info_0": {"username": "101", "passwd": "s<e&c>r'et12", "domain": "pbx.example.com"},
    }


@pytest.mark.parametrize(
    ("name", "quoted"),
    [('Al "X" Smith', r'"Al \"X\" Smith"'), ("back\\slash", r'"back\\slash"'), ("مریم <b>&", '"مریم <b>&"')],
)
def test_a_name_cannot_leave_its_quotes(name: str, quoted: str) -> None:
    document = linphone.configuration(extension(name=name), "pbx.example.com", SecretStr("secret"))
    assert entries(document)["proxy_0"]["reg_identity"] == f"{quoted} <sip:101@pbx.example.com>"
