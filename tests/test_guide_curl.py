"""Every curl line of the guide, in its order and as it is printed, and what Asterisk has after each.

Host and port, token and public address are those of the test; guide_curl.sh has the lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from models.api_token import Scope
from models.database import Database
from models.event import Event, EventKind
from tests.asterisk_bed import Asterisk, Phone
from tests.curl import Answer, Curl
from tests.server import Switchhook
from tests.tokens import new_token
from tests.waiting import wait_for

LINES = Path(__file__).with_name("guide_curl.sh")
EXTERNAL = "203.0.113.7"


class Guide:
    """The lines of the guide, from the first to the last."""

    def __init__(self, switchhook: Switchhook, folder: Path) -> None:
        self._token = new_token(switchhook, "guide", Scope.EXTENSIONS_WRITE, Scope.CONFIG_WRITE)
        self._url = switchhook.url
        self._curl = Curl(folder / "curl", {"TOKEN": self._token})
        self._left: list[str] = re.findall(
            r"^curl .*?(?=\n\n|\Z)", LINES.read_text(), re.DOTALL | re.MULTILINE
        )

    def next(self, path: str) -> Answer:
        """Run the next line, which is about this path."""
        line = self._left.pop(0)
        assert re.search(rf"http://localhost:8000/api{re.escape(path)}(?=\s)", line), line
        return self.run(line)

    def run(self, line: str) -> Answer:
        for printed, here in (
            ("http://localhost:8000", self._url),
            ("YOUR_JWT_TOKEN", self._token),
            ("your.public.ip.or.domain", EXTERNAL),
        ):
            line = line.replace(printed, here)
        return self._curl.run(line)

    def peek(self) -> str:
        return self._left[0]

    def is_at_its_end(self) -> bool:
        return not self._left


@pytest.fixture
def guide(switchhook: Switchhook, folder: Path) -> Guide:
    return Guide(switchhook, folder)


@pytest.fixture
def database(switchhook: Switchhook, database_url: str) -> Iterator[Database]:
    """What the listener stores, which runs."""
    switchhook.listen()
    switchhook.wait_for_log('"message": "listening"')
    opened = Database(database_url)
    yield opened
    opened.close()


def shown(asterisk: Asterisk, number: str) -> dict[str, str]:
    """What Asterisk's console shows of an extension: option → value, of all three sections, and its hint."""
    texts = [asterisk.cli(f"pjsip show {kind} {number}") for kind in ("endpoint", "auth", "aor")]
    found = dict(re.findall(r"^ *(\w+) +: (.*?)\s*$", "\n".join(texts), re.MULTILINE))
    hint = re.search(rf"^ *{number}@from-internal *: (\S+)", asterisk.cli("core show hints"), re.MULTILINE)
    return found | ({"hint": hint[1]} if hint else {})


def has(number: str, password: str) -> dict[str, str]:
    return {
        "context": "from-internal",
        "username": number,
        "password": password,
        "max_contacts": "1",
        "transport": "transport-udp",
        "hint": f"PJSIP/{number}",
    }


def assert_shown(asterisk: Asterisk, expected: dict[str, str]) -> None:
    found = shown(asterisk, expected["username"])
    assert {name: found.get(name) for name in expected} == expected


def wait_for_event(database: Database, kind: EventKind) -> None:
    def look() -> Event | None:
        with database.session() as session:
            return session.exec(select(Event).where(Event.kind == kind)).first()

    wait_for(look)


def test_every_curl_line_of_the_guide_works_as_printed_in_its_order(
    guide: Guide, asterisk: Asterisk, database: Database, switchhook: Switchhook
) -> None:
    creates(guide, asterisk)
    is_verified(guide)
    sets_the_external_address(guide, asterisk)
    tells_events(guide, asterisk, database)
    sets_up_two_extensions(guide, asterisk, switchhook)
    assert guide.is_at_its_end()


def creates(guide: Guide, asterisk: Asterisk) -> None:
    status, made = guide.next("/extensions")
    assert (status, made["message"]) == (201, "Extension created successfully")
    assert (made["extension"]["id"], made["asterisk_verified"], made["reload_success"]) == (1, True, True)
    assert_shown(asterisk, has("101", "SecurePass123") | {"allow": "(ulaw|alaw|g722)"})


def is_verified(guide: Guide) -> None:
    status, verified = guide.next("/extensions/1/verify")
    assert (status, verified["exists_in_asterisk"]) == (200, True)
    assert verified["registration_status"]["registered"] is False
    assert verified["endpoint_details"]["endpoint"] == "101"
    status, found = guide.next("/extensions/asterisk/endpoints")
    assert (status, found["total"]) == (200, 1)
    assert [(each["name"], each["managed"]) for each in found["endpoints"]] == [("101", True)]


def sets_the_external_address(guide: Guide, asterisk: Asterisk) -> None:
    status, media = guide.next("/pjsip/config/external-media")
    assert (status, media["reload_result"], media["verified"]) == (200, True, True)
    transport = asterisk.cli("pjsip show transport transport-udp")
    found = re.findall(
        r"^ (?:external_(?:media|signaling)_address|local_net) +: (\S+)", transport, re.MULTILINE
    )
    assert found == [EXTERNAL, EXTERNAL, "192.168.1.0/255.255.255.0"]
    assert_shown(asterisk, has("101", "SecurePass123") | {"rewrite_contact": "true"})


def tells_events(guide: Guide, asterisk: Asterisk, database: Database) -> None:
    with Phone("101", "SecurePass123", asterisk.sip_domain) as phone:
        phone.register()
        wait_for_event(database, EventKind.REGISTERED)
        for path in ("/events", "/events/registrations"):
            status, found = guide.next(path)
            types = [each["type"] for each in found["events"]]
            assert (status, found["count"], set(types)) == (200, len(types), {"extension.registration"})
        assert guide.next("/events/calls")[1]["events"] == []
        status, one = guide.next("/events/extension/101")
        assert (status, one["extension"], one["registered"], one["status"]) == (200, "101", True, "Reachable")
        assert "sip:101@127.0.0.1" in one["uri"]
        assert "Avail" in asterisk.cli("pjsip show endpoint 101")


def sets_up_two_extensions(guide: Guide, asterisk: Asterisk, switchhook: Switchhook) -> None:
    """The guide's example begins with an empty system: until then, its 101 is refused and the first one stays."""
    again = guide.peek()
    status, problem = guide.run(again)
    assert (status, problem["title"]) == (409, "Conflict")
    assert "John Doe" in problem["detail"]
    assert_shown(asterisk, has("101", "SecurePass123"))
    assert switchhook.flask("ext", "delete", "101").returncode == 0
    assert "hint" not in shown(asterisk, "101")
    for number, secret in (("101", "Alice123Pass"), ("102", "Bob456Pass")):
        status, made = guide.next("/extensions")
        assert (status, made["asterisk_verified"]) == (201, True)
        assert_shown(asterisk, has(number, secret))
