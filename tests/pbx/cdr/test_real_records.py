"""What Asterisk itself writes of calls: into a file, SQLite, and PostgreSQL in a time zone that is not ours."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from pbx.cdr import calls, grouping, master_csv, table
from pbx.cdr.record import Record
from pbx.cdr.sources import local_offsets
from pbx.facts import CallAnswered, CallEnded, CallFact
from tests import cdr_bed
from tests.asterisk_bed import Asterisk, Phone, configuration
from tests.waiting import wait_for

Source = Callable[[Asterisk, str], list[Record]]
NUMBERS = ("101", "102", "103")
PHONES = "".join(
    f"""
[{number}]
type=endpoint
context=from-internal
disallow=all
allow=ulaw
auth={number}
aors={number}
callerid="Phone {number}" <{number}>

[{number}]
type=auth
auth_type=userpass
username={number}
password=secret-of-{number}

[{number}]
type=aor
max_contacts=1
"""
    for number in NUMBERS
)
DIALPLAN = """
[from-internal]
exten => _1XX,1,Dial(PJSIP/${EXTEN},20)
exten => 200,1,Dial(PJSIP/102&PJSIP/103,20)
exten => 201,1,Dial(Local/102@from-internal,20)
"""
MODULES = "func_cdr cdr_csv res_cdrel_custom cdr_sqlite3_custom cdr_pgsql bridge_basic"
WITHOUT_IDS = "[general]\n[csv]\nusegmtime=no\nloguniqueid=no\n"
SQLITE = """\
[calls]
table = cdr
columns = calldate, clid, src, dst, channel, dstchannel, lastapp, duration, billsec, disposition, uniqueid
fields = start,clid,src,dst,channel,dstchannel,lastapp,duration,billsec,disposition,uniqueid
"""
PGSQL = "[global]\nhostname={host}\ndbname=postgres\nuser={user}\ntable=cdr\ntimezone=Asia/Kathmandu\n"
TABLE = """\
CREATE TABLE other (id int);
CREATE TABLE cdr (calldate timestamp, clid text, src text, dst text, dcontext text, channel text, dstchannel text,
lastapp text, lastdata text, duration int, billsec int, disposition text, uniqueid text, linkedid text);
"""


@pytest.fixture(scope="module")
def pbx(postgresql: str) -> Iterator[Asterisk]:
    url = make_url(postgresql)
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(False)) as connection:
        connection.execute(TABLE)
    config = cdr_bed.files(WITHOUT_IDS, MODULES) | {
        "cdr_sqlite3_custom.conf": SQLITE,
        "cdr_pgsql.conf": PGSQL.format(host=url.query["host"], user=url.username),
    }
    texts = {"pjsip_conf": configuration.PJSIP_CONF + PHONES, "extensions_conf": DIALPLAN}
    with (
        tempfile.TemporaryDirectory(prefix="switchhook-") as folder,
        cdr_bed.recording(Path(folder) / "pbx", config, **texts) as asterisk,
    ):
        make_calls(asterisk)
        for source in SOURCES:
            wait_for(partial(is_written, source, asterisk, postgresql))
        yield asterisk


def make_calls(asterisk: Asterisk) -> None:
    """Answered; refused; given up; taken by the second of two phones; by way of a Local channel."""
    with ExitStack() as stack:
        opened = [Phone(each, f"secret-of-{each}", asterisk.sip_domain) for each in NUMBERS]
        alice, bob, carol = (stack.enter_context(each) for each in opened)
        for phone in (alice, bob, carol):
            phone.register()
        _answered(asterisk, alice, bob, "102")
        alice.dial("102")
        bob.wait_incoming()
        bob.reject()
        alice.wait_ended()
        alice.dial("102")
        bob.wait_incoming()
        alice.hangup()
        bob.wait_ended()
        alice.dial("200")
        bob.wait_incoming()
        _taken(asterisk, carol)
        bob.wait_ended()
        _answered(asterisk, alice, bob, "201")
        wait_for(lambda: asterisk.cli("core show channels count").startswith("0 active channels"))


def _answered(asterisk: Asterisk, caller: Phone, callee: Phone, number: str) -> None:
    caller.dial(number)
    _taken(asterisk, callee)


def _taken(asterisk: Asterisk, callee: Phone) -> None:
    callee.wait_incoming()
    callee.answer()
    wait_for(lambda: "2 active channels" in asterisk.cli("core show channels count"))
    callee.hangup()


def of_file(asterisk: Asterisk, _url: str) -> list[Record]:
    return master_csv.read(cdr_bed.csv_folder(asterisk.folder), 0.0, local_offsets).records


def of_sqlite(asterisk: Asterisk, _url: str) -> list[Record]:
    return table.read(f"sqlite:///{asterisk.folder / 'log/calls.db'}", time.time() - 600, nowhere)


def of_postgresql(_asterisk: Asterisk, url: str) -> list[Record]:
    return table.read(url, time.time() - 600, nowhere)


def nowhere(_at: float) -> tuple[float, ...]:
    raise AssertionError("the Uniqueids show the time zone")


def told(records: list[Record]) -> list[list[CallFact]]:
    return [calls.facts(each, NUMBERS.__contains__, lambda _: False) for each in grouping.calls(records)]


def is_written(source: Source, asterisk: Asterisk, url: str) -> bool:
    """Asterisk writes its records a moment after the calls have ended."""
    return [len(each) for each in told(source(asterisk, url))] == FACTS


SOURCES = (of_file, of_sqlite, of_postgresql)
FACTS = [3, 2, 2, 4, 3]  # how many are told of each call


@pytest.mark.parametrize("source", SOURCES)
def test_each_call_is_told_once_with_its_times(pbx: Asterisk, postgresql: str, source: Source) -> None:
    begun = time.time()
    found = told(source(pbx, postgresql))
    assert [(each[-1].caller, each[-1].callee, _how(each)) for each in found] == [
        ("101", "102", "answered"),
        ("101", "102", "busy"),
        ("101", "102", "no answer"),
        ("101", "103", "answered"),
        ("101", "102", "answered"),
    ]
    assert [len(each) for each in found] == FACTS
    assert all(-300 < fact.at - begun < 2 for each in found for fact in each)


def _how(facts: list[CallFact]) -> str:
    ended = facts[-1]
    assert isinstance(ended, CallEnded)
    assert any(isinstance(each, CallAnswered) for each in facts) == (ended.disposition == "answered")
    return ended.disposition


def test_calls_are_known_by_the_same_ids_wherever_they_stand(pbx: Asterisk, postgresql: str) -> None:
    ids = [
        [each.linkedid for each in grouping.calls(read(pbx, postgresql))]
        for read in (of_sqlite, of_postgresql)
    ]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 5
