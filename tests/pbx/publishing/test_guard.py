"""Nobody's phone is taken away by a database that did not write the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbx.config.blocks import Blocks
from pbx.config.managed_files import ConfigOnDisk, ManagedFile, Provenance
from pbx.publishing.guard import Effect, conflict, effect, is_later
from tests.pbx.config.texts import admin_config

OURS, OTHER = Provenance("2f1c9a52-7f0e-4c55-9a0e-6f6f1d3c8b11", 7), Provenance("0" * 36, 7)
NONE = Effect([], [], [], [])
BACK = Effect([], [], [], [], returned=["101"])
GOES, CHANGES, COMES = Effect(["101"], [], [], []), Effect([], ["101"], [], []), Effect([], [], [], ["101"])
UNKNOWN = "/pjsip.conf has phones that are not in the database: 1 would go (101)"
WRITTEN = "/pjsip.conf has phones that another database, or a later state of this one, wrote: "


def pjsip(*numbers: str, name: str = "Alice") -> str:
    return "\n".join(f"; Extension {number}\n[{number}]\ncallerid={name}\n" for number in numbers)


def on_disk(*numbers: str, by: Provenance = OURS) -> ConfigOnDisk:
    files = [
        ManagedFile(Path(f"/{name}"), b"", f"{by}{text}".encode(), b"")
        for name, text in (("pjsip.conf", pjsip(*numbers)), ("extensions.conf", ""))
    ]
    return ConfigOnDisk(files[0], files[1], admin_config())


def test_an_effect_says_what_publishing_would_do_to_each_number() -> None:
    wanted = Blocks(pjsip("99", "101", "103") + pjsip("102", name="Bob"), "")
    assert effect(wanted, Blocks(pjsip("1000", "101", "102", "98"), "")) == Effect(
        removed=["98", "1000"], changed=["102"], unchanged=["101"], added=["99", "103"]
    )


def test_an_adopted_phone_does_not_go_but_back_to_the_administrators_lines() -> None:
    there = Blocks(pjsip("101", "102", "103"), "")
    assert effect(Blocks(pjsip("101"), ""), there, {"101", "102"}) == Effect(
        removed=["103"], changed=[], unchanged=["101"], added=[], returned=["102"]
    )


def test_an_effect_names_the_transports_whose_external_address_would_change() -> None:
    there = "[udp]\ntype=transport\nlocal_net=a\n[tcp]\nlocal_net=b\n[wss]\ntype=transport\n"
    wanted = "[tcp]\nlocal_net=b\n[tls]\nlocal_net=c\n"
    assert effect(Blocks(wanted, ""), Blocks(there, "")).nat == ["udp"]


def test_an_effect_names_the_first_five_numbers() -> None:
    five, six = [str(number) for number in range(101, 106)], [str(number) for number in range(101, 107)]
    assert str(Effect(five, ["106"], ["107"], ["108"])) == (
        "5 would go (101, 102, 103, 104, 105), 1 would be changed (106), 1 would come (108)"
    )
    assert str(Effect(six, [], [], [])) == "6 would go (101, 102, 103, 104, 105 and 1 more)"
    assert str(Effect(["101"], [], [], [], returned=["102", "103"])) == (
        "1 would go (101), 2 would go back to your own lines (102, 103)"
    )
    assert str(NONE) == ""


@pytest.mark.parametrize(
    ("by", "would", "reason"),
    [
        (OTHER, GOES, f"{WRITTEN}1 would go (101)"),
        (OTHER, CHANGES, f"{WRITTEN}1 would be changed (101)"),
        (OTHER, Effect([], [], [], [], ["udp"]), f"{WRITTEN}the external address of udp would change"),
        (OTHER, BACK, f"{WRITTEN}1 would go back to your own lines (101)"),
        (OTHER, COMES, None),
        (OTHER, NONE, None),
        (Provenance(OURS.identity, 8), GOES, f"{WRITTEN}1 would go (101)"),
        (Provenance(OURS.identity, 8), COMES, f"{WRITTEN}1 would come (101)"),
        (Provenance(OURS.identity, 8), NONE, None),
        (OURS, GOES, UNKNOWN),
        (Provenance(OURS.identity, 6), GOES, UNKNOWN),
    ],
)
def test_lines_of_another_database_or_a_later_state_are_not_taken_away(
    by: Provenance, would: Effect, reason: str | None
) -> None:
    assert conflict(OURS, [], on_disk("101", by=by), lambda: would) == reason


def test_lines_of_this_databases_own_rows_go_as_asked() -> None:
    assert conflict(OURS, ["101", "102"], on_disk("101"), lambda: GOES) is None


def test_a_database_that_has_written_less_than_stands_there_is_an_old_copy() -> None:
    assert is_later(OURS, on_disk(by=Provenance(OURS.identity, 8)))
    assert not is_later(OURS, on_disk(by=OURS))
