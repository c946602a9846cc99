"""The page of a PBX behind NAT, with a real Asterisk."""

from __future__ import annotations

import re

import pytest
import requests

from models.actor import Actor
from tests.asterisk_bed import Asterisk
from tests.handlers.pages.signing_in import PageUser
from tests.server import Switchhook

SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')
OLD = {"media": "198.51.100.1", "signaling": "", "local": "10.0.0.0/8"}


@pytest.fixture(scope="module")
def second_admin(switchhook: Switchhook, database_url: str) -> PageUser:
    return PageUser(switchhook.url, database_url, Actor("cli", "root"), "Second Admin")


@pytest.fixture(autouse=True)
def old(admin: PageUser, switchhook: Switchhook) -> None:
    """NAT as it is at the beginning of each test."""
    assert save(admin, **OLD).status_code == 200


def seen(user: PageUser) -> str:
    found = SEEN.search(user.get("/nat").text)
    assert found
    return found[1]


def save(user: PageUser, since: str = "", **typed: str) -> requests.Response:
    return user.post("/nat", seen=since or seen(user), **typed)


def test_what_is_typed_is_in_asterisks_file_and_stands_on_the_page(
    admin: PageUser, asterisk: Asterisk
) -> None:
    shown = save(admin, media="203.0.113.7", signaling="203.0.113.8", local="192.168.1.0/24, 10.0.0.0/8").text
    assert "NAT is set" in shown
    assert "media 198.51.100.1 → 203.0.113.7" in shown
    assert "<dd>203.0.113.7</dd>" in shown
    assert 'value="192.168.1.0/24, 10.0.0.0/8"' in shown
    text = (asterisk.config_dir / "pjsip.conf").read_text()
    assert "external_media_address=203.0.113.7" in text
    assert "transport-udp" in shown


def test_what_cannot_be_is_said_at_its_field_and_stays_there(admin: PageUser) -> None:
    answer = save(admin, media="203.0.113.7:5060", signaling="", local="192.168.1.0")
    assert answer.status_code == 422
    assert 'id="media-error">without a port: type 203.0.113.7<' in answer.text
    assert 'id="local-error">how large is the network of 192.168.1.0?' in answer.text
    assert 'value="203.0.113.7:5060"' in answer.text
    assert "<dd>198.51.100.1</dd>" in admin.get("/nat").text


def test_text_that_is_typed_stays_text(admin: PageUser) -> None:
    shown = save(admin, media='"><script>alert(1)</script>', signaling="", local="").text
    assert "<script>alert" not in shown


def test_what_is_probably_not_meant_is_warned_of(admin: PageUser) -> None:
    shown = save(admin, media="192.168.1.5", signaling="", local="192.168.1.0/24").text
    assert "a private address, which nobody outside reaches" in shown


def test_who_was_slower_is_told_who_was_faster_and_loses_nothing(
    admin: PageUser, second_admin: PageUser
) -> None:
    before = seen(admin)
    save(second_admin, media="203.0.113.9", signaling="", local="10.0.0.0/8")
    answer = save(admin, before, media="203.0.113.10", signaling="", local="10.0.0.0/8")
    assert answer.status_code == 409
    assert "Somebody else has changed NAT" in answer.text
    assert "root (command line) changed NAT: media 198.51.100.1 → 203.0.113.9" in answer.text
    assert 'value="203.0.113.10"' in answer.text
    assert "<dd>203.0.113.9</dd>" in answer.text
    found = SEEN.search(answer.text)
    assert found
    assert "media 203.0.113.9 → 203.0.113.10" in save(admin, found[1], media="203.0.113.10").text


def test_a_form_that_is_sent_again_as_its_answer_was_lost_is_not_overtaken_by_itself(admin: PageUser) -> None:
    before = seen(admin)
    save(admin, media="203.0.113.11", signaling="", local="10.0.0.0/8,192.168.1.0/24")
    again = save(admin, before, media="203.0.113.11", signaling="", local="10.0.0.0/8,192.168.1.0/24")
    assert again.status_code == 200
    assert "you have saved that already" in again.text
    other = save(admin, before, media="203.0.113.12", signaling="", local="")
    assert other.status_code == 409
    assert "You have changed NAT yourself" in other.text


def test_nothing_typed_changes_nothing(admin: PageUser) -> None:
    assert "Nothing was changed" in save(admin, **OLD).text


def test_the_addresses_are_forgotten_after_a_question(admin: PageUser, asterisk: Asterisk) -> None:
    assert "may hear nothing" in admin.get("/nat/clear").text
    assert "external_media_address" in (asterisk.config_dir / "pjsip.conf").read_text()
    shown = admin.post("/nat/clear").text
    assert "No external address is set" in shown
    assert "external_media_address" not in (asterisk.config_dir / "pjsip.conf").read_text()


def test_without_asterisk_it_is_saved_and_the_page_says_that_it_waits(
    admin: PageUser, asterisk: Asterisk
) -> None:
    before = seen(admin)
    asterisk.stop()
    try:
        shown = save(admin, before, media="203.0.113.20", signaling="", local="10.0.0.0/8")
        assert shown.status_code == 200
        assert "NAT is saved, not live yet" in shown.text
        assert "is Asterisk running" in admin.get("/nat").text
    finally:
        asterisk.start()
