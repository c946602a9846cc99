"""/api/extensions on a real Asterisk: every change is told as Asterisk has it."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.asterisk_bed import Asterisk, Phone
from tests.handlers.api.client import ApiClient

GUIDE: dict[str, Any] = {
    "extension_number": "101",
    "name": "John Doe",
    "secret": "SecurePass123",
    "enabled": True,
    "context": "from-internal",
    "transport": "transport-udp",
    "codecs": ["ulaw", "alaw", "g722"],
    "max_contacts": 1,
    "direct_media": "no",
}


def test_the_guides_create_is_answered_with_what_asterisk_has(api: ApiClient, asterisk: Asterisk) -> None:
    answer = api("POST", "/extensions", GUIDE)
    created = answer.json()
    row = created["extension"]
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/extensions/{row['id']}"
    assert answer.headers["ETag"] == f'"{row["id"]}-1"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert created["message"] == "Extension created successfully"
    assert (created["asterisk_verified"], created["reload_success"], created["error"]) == (True, True, None)
    assert created["secret"] == "SecurePass123"
    assert (row["extension_number"], row["transport"], row["direct_media"]) == ("101", "udp", False)
    assert "secret" not in row
    assert "Endpoint:  101" in asterisk.cli("pjsip show endpoint 101")


def test_a_phone_that_registers_is_seen(api: ApiClient, asterisk: Asterisk) -> None:
    row = api.create("160", secret="SecurePass123")["extension"]
    with Phone("160", "SecurePass123", asterisk.sip_domain) as phone:
        phone.register()
        read = api("GET", "/extensions/number:160").json()["extension"]
        assert (read["registered"], read["contact_count"], read["ip_address"]) == (True, 1, "127.0.0.1")
        assert read["asterisk_status"] == "Not in use"
        checked = api("GET", f"/extensions/{row['id']}/verify").json()
        assert checked["exists_in_asterisk"] is True
        assert checked["registration_status"]["registered"] is True
        assert checked["endpoint_details"]["auth"] == "160"
        assert re.match(r"sip:160@127\.0\.0\.1:\d+", checked["endpoint_details"]["contacts"][0]["uri"])
        there = api("GET", "/extensions?registered=true").json()["extensions"]
        assert [each["extension_number"] for each in there] == ["160"]


def test_a_secret_comes_back_once_and_a_new_one_when_it_is_rotated(api: ApiClient) -> None:
    created = api.create("169")
    rotated = api("POST", "/extensions/number:169/rotate-secret").json()
    assert len(created["secret"]) > 10
    assert rotated["secret"] not in ("", created["secret"])
    assert (rotated["changes"], rotated["asterisk_verified"]) == ({"secret": None}, True)
    reads = [
        api("GET", path).text
        for path in ("/extensions", "/extensions/number:169", "/extensions/number:169/verify",
                     "/extensions/number:169/diagnostics", "/extensions/asterisk/endpoints")
    ]  # fmt: skip
    for secret in (created["secret"], rotated["secret"]):
        assert not [text for text in reads if secret in text]


def test_a_number_may_be_left_out_and_the_next_free_one_is_taken(api: ApiClient) -> None:
    created = api("POST", "/extensions", {"name": "Next Free"}).json()
    assert created["extension"]["extension_number"].isdecimal()
    assert created["asterisk_verified"] is True


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_keeps_what_is_not_given(api: ApiClient, asterisk: Asterisk, method: str) -> None:
    number = {"PUT": "161", "PATCH": "162"}[method]
    api.create(number, email="alice@example.com", max_contacts=3)
    body = {"extension_number": number, "name": "Bob", "codecs": None, "secret": None, "direct_media": "yes"}
    answer = api(method, f"/extensions/number:{number}", body)
    changed = answer.json()
    assert answer.status_code == 200, answer.text
    assert changed["message"] == "Extension updated successfully"
    assert (changed["config_write_success"], changed["reload_success"], changed["error"]) == (
        True,
        True,
        None,
    )
    assert changed["changes"] == {"name": ["Alice", "Bob"], "direct_media": [False, True]}
    row = changed["extension"]
    assert (row["name"], row["email"], row["max_contacts"]) == ("Bob", "alice@example.com", 3)
    assert "Bob" in asterisk.cli(f"pjsip show endpoint {number}")


def test_toggle_locks_a_phone_out_and_lets_it_in_again(api: ApiClient, asterisk: Asterisk) -> None:
    api.create("163")
    off = api("POST", "/extensions/number:163/toggle").json()
    assert (off["message"], off["extension"]["enabled"]) == ("Extension disabled successfully", False)
    assert api("GET", "/extensions/number:163/verify").json()["exists_in_asterisk"] is False
    on = api("POST", "/extensions/number:163/toggle").json()
    assert (on["message"], on["extension"]["enabled"]) == ("Extension enabled successfully", True)
    assert "Endpoint:  163" in asterisk.cli("pjsip show endpoint 163")


def test_delete_takes_it_from_asterisk(api: ApiClient, asterisk: Asterisk) -> None:
    created = api.create("164")
    path = f"/extensions/{created['extension']['id']}"
    answer = api("DELETE", path)
    assert (answer.status_code, answer.json()["message"]) == (200, "Extension deleted successfully")
    assert "Unable to find object" in asterisk.cli("pjsip show endpoint 164")
    assert api("GET", path).status_code == api("DELETE", path).status_code == 404


def test_all_endpoints_are_shown_with_who_manages_them(api: ApiClient, asterisk: Asterisk) -> None:
    api.create("165")
    pjsip_conf = asterisk.config_dir / "pjsip.conf"
    trunk = "\n[trunk-a]\ntype=aor\ncontact=sip:192.0.2.9\n[trunk-a]\ntype=endpoint\naors=trunk-a\n"
    pjsip_conf.write_text(f"[door]\ntype=endpoint\n{trunk}\n{pjsip_conf.read_text()}")
    asterisk.cli("module reload res_pjsip.so")
    found = api("GET", "/extensions/asterisk/endpoints").json()
    managed = {each["name"]: each["managed"] for each in found["endpoints"]}
    assert (managed["165"], managed["trunk-a"], managed["door"]) == (True, False, False)
    assert found["total"] == len(found["endpoints"])
    assert api("GET", "/extensions").json()["asterisk_endpoints"] == found["endpoints"]


def test_the_doctor_examines_an_extension(api: ApiClient) -> None:
    row = api.create("166")["extension"]
    found = api("GET", "/extensions/number:166/diagnostics").json()
    assert found["headline"].startswith("❌")
    assert "user 166" in found["troubleshooting"][0]["solution"]
    assert found["setup_guide"]["username"] == "166"
    assert found["setup_guide"]["port"] > 1024
    assert found["api_endpoints"]["verify"] == f"/api/extensions/{row['id']}/verify"
    assert {"sip_clients", "test_instructions", "registration_status"} <= found.keys()


def test_every_change_is_in_the_audit_trail(api: ApiClient, database_url: str) -> None:
    api.create("167")
    api("PUT", "/extensions/number:167", {"name": "Bob"})
    with sqlite3.connect(Path(database_url.removeprefix("sqlite:///"))) as database:
        found = database.execute(
            "SELECT actor, action, revision FROM audit_entry WHERE number = '167'"
        ).fetchall()
    assert [(actor.partition(":")[0], *rest) for actor, *rest in found] == [
        ("api", "created", 1),
        ("api", "changed", 2),
    ]
