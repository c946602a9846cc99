"""What one round of publish() does, from the rows and the files."""

from __future__ import annotations

from typing import Any

import pytest

from models.extension import Extension, State
from models.extension_range import ExtensionRange
from models.nat import Nat
from pbx import dialplan
from pbx.config.blocks import Blocks
from pbx.publishing import plan
from pbx.publishing.desired import RunningConflicts
from pbx.publishing.plan import ExtensionChange, Plan
from tests.pbx.config.texts import admin_config
from tests.pbx.publishing.rows import inputs, row, verified

NUMBERS, BIND = ExtensionRange("100-199"), "127.0.0.1:5060"
BY_HAND = "[101]\ntype=endpoint\n"
STEPS = "[from-internal]\nexten => 101,1,Answer()\n"
WITH_STEPS = dialplan.exten("101", "from-internal")
LATE = "[Switchhook's lines]\n[from-internal]\ninclude => outbound\n"
LIVE, DELETING, FAILED = State.LIVE, State.DELETING, State.FAILED


def build(*rows: Extension, **given: Any) -> Plan:
    return plan.build(rows, inputs(**given), NUMBERS, BIND)


def numbers(extens: list[dialplan.Exten]) -> list[str]:
    return [each.exten for each in extens]


def test_nat_stands_on_every_transport_that_takes_it_and_on_every_endpoint() -> None:
    nat = Nat(external_media_address="203.0.113.7")
    mine = "[mine]\ntype=transport\n[own]\ntype=transport\nprotocol=tls\nlocal_net=10.0.0.0/8\n"
    found = build(
        row(transport="tcp", direct_media=True), pjsip=f"{mine}[Switchhook's lines]\n", nat=nat
    ).blocks
    lines = ["external_media_address=203.0.113.7", "external_signaling_address=203.0.113.7"]
    assert found.nat == {"transport-tcp": lines, "mine": lines}
    assert (
        "direct_media=no\nrtp_symmetric=yes\nforce_rport=yes\nrewrite_contact=yes\n" in found.endpoints["101"]
    )
    refused = build(verified("101", FAILED), nat=nat).blocks.endpoints["101"]
    assert "rewrite_contact=yes" in refused  # what Asterisk showed last stands behind the same NAT


def test_pending_rows_are_changes_and_all_rows_are_in_the_blocks() -> None:
    pending, live = row("101"), verified("102", LIVE)
    todo = build(pending, live, row("103", DELETING), row("104", FAILED))
    assert [(each.row.number, each.endpoint is not None) for each in todo.changes] == [
        ("101", True),
        ("103", False),
    ]
    assert list(todo.blocks.endpoints) == ["101", "102"]
    assert [number for _, number in todo.blocks.extens] == ["101", "102", "_1XX"]
    assert numbers(todo.patterns) == ["_1XX"]
    assert numbers(todo.extens) == ["101"]


def test_a_failed_row_comes_back_as_asterisk_showed_it_last() -> None:
    assert numbers(build(verified("101", FAILED)).extens) == ["101"]


def test_missing_transports_are_added_but_for_tls() -> None:
    assert build().transports == {"udp": "transport-udp"}
    tcp = build(row(transport="tcp"), row("102", transport="wss"))
    assert tcp.transports == {name: f"transport-{name}" for name in ("udp", "tcp", "wss")}
    assert f"[transport-tcp]\ntype=transport\nprotocol=tcp\nbind={BIND}\n" in tcp.blocks.pjsip
    kept = build(row(encrypted_secret="unreadable"))
    assert set(kept.transports) == {"udp", "tcp"}
    theirs = build(row(transport="tls"), pjsip="[t]\ntype=transport\nprotocol=tls\n[u]\ntype=transport\n")
    assert theirs.transports == {"tls": "t", "udp": "u"}
    assert "type=transport" not in theirs.blocks.pjsip


def test_refused_and_waiting_rows_are_no_changes() -> None:
    refused, waiting = row(), row("102", encrypted_secret="unreadable")
    todo = build(refused, waiting, pjsip=BY_HAND)
    assert todo.changes == []
    assert [each.row for each in todo.conflicts] == [refused]
    assert [each.row for each in todo.waiting] == [waiting]


def test_steps_of_the_administrator_stand_instead_of_switchhooks() -> None:
    todo = build(verified("101"), extensions=STEPS)
    assert list(todo.blocks.endpoints) == ["101"]
    assert [number for _, number in todo.blocks.extens] == ["_1XX"]
    assert todo.extens == []
    (change,) = todo.changes
    assert change.hand_written_steps is not None
    assert change.has_hand_written_exten
    assert plan.drops_steps(todo, Blocks("", dialplan.render([WITH_STEPS], [])))
    assert not plan.drops_steps(todo, todo.blocks)
    assert not plan.drops_steps(todo, Blocks("", ""))
    assert not plan.drops_steps(build(row()), Blocks("", "[from-internal]\nexten => 101,1,NoOp()\n"))


@pytest.mark.parametrize(
    "hint",
    [
        "exten => 101,hint,Custom:boss\n",
        "exten => _1XX,hint,PJSIP/${EXTEN}\n",
        "include => lamps\n[lamps]\nexten => 101,hint,PJSIP/101&Custom:dnd\n",
    ],
)
def test_a_hint_of_the_administrators_stands_alone(hint: str) -> None:
    adopted, pattern = verified("101", adopted_options={}), STEPS.replace("101", "_10X")
    assert build(adopted, extensions=pattern).extens == [dialplan.hint_alone("101", "from-internal")]
    todo = build(adopted, extensions=pattern + hint)
    assert todo.extens == []
    assert [number for _, number in todo.blocks.extens] == ["_1XX"]


def test_patterns_are_left_out_where_an_include_would_come_after_them() -> None:
    todo = build(row(), extensions=LATE)
    assert todo.patterns == []
    assert "switchhook-range" not in todo.blocks.extensions


def test_a_change_knows_what_the_administrator_has_of_the_number() -> None:
    (locked_out,) = build(row(enabled=False), pjsip=BY_HAND, extensions=STEPS).changes
    assert locked_out.hand_written_endpoint == "pjsip.conf:1"
    assert locked_out.has_hand_written_exten
    assert locked_out.is_still_let_in
    assert not locked_out.locks_out
    (added_to,) = build(row(), pjsip="[101](+)\nallow=all\n").changes
    assert added_to.additions == ["pjsip.conf:1"]
    assert (added_to.hand_written_endpoint, added_to.has_hand_written_exten) == ("", False)


def test_a_change_knows_what_asterisk_has_from_elsewhere() -> None:
    running = RunningConflicts({"101": "realtime"}, {("102", "from-internal"): "console"})
    first, second, third = build(
        row(enabled=False), row("102", enabled=False), row("102", enabled=False, context="x"), running=running
    ).changes
    assert (first.hand_written_endpoint, first.has_hand_written_exten) == ("Asterisk, from elsewhere,", False)
    assert (second.hand_written_endpoint, second.has_hand_written_exten) == ("", True)
    assert not third.has_hand_written_exten


def test_phones_are_locked_out_by_a_disabling_a_deletion_or_a_new_secret() -> None:
    def locks_out(extension: Extension) -> bool:
        (change,) = build(extension).changes
        return change.locks_out

    assert locks_out(row(enabled=False))
    assert locks_out(row(state=DELETING))
    assert locks_out(verified(encrypted_secret="another1"))
    assert not locks_out(verified(name="Bob"))
    assert not locks_out(row())


@pytest.mark.parametrize(
    ("extension", "by_hand", "let_in"),
    [
        (row(enabled=False), "pjsip.conf:1", True),
        (row(enabled=False), "", False),
        (row(state=DELETING), "pjsip.conf:1", False),
    ],
)
def test_who_is_to_be_locked_out_may_be_let_in_by_hand(
    extension: Extension, by_hand: str, let_in: bool
) -> None:
    assert ExtensionChange(extension, None, by_hand).is_still_let_in is let_in


def test_a_live_row_has_drifted_where_its_lines_are_not_as_they_should_be() -> None:
    live = verified("101", LIVE)
    todo, admin = build(live), admin_config()
    assert plan.drifted([live], todo, todo.blocks, admin) == []
    for there in (Blocks("", todo.blocks.extensions), Blocks(todo.blocks.pjsip, "")):
        assert plan.drifted([live], todo, there, admin) == [live]
        assert plan.drifted([row()], todo, there, admin) == []
    edited = Blocks(todo.blocks.pjsip, todo.blocks.extensions.replace("Dial(PJSIP/101,30)", "Hangup()"))
    assert plan.drifted([live], todo, edited, admin) == [live]


def test_a_disabled_row_that_the_administrator_lets_in_has_drifted() -> None:
    disabled = verified("101", LIVE, enabled=False)
    todo = build(disabled, pjsip=BY_HAND)
    assert plan.drifted([disabled], todo, todo.blocks, admin_config(BY_HAND)) == [disabled]
    assert plan.drifted([disabled], todo, todo.blocks, admin_config()) == []
    live = verified("101", LIVE)
    assert plan.drifted([live], build(live), build(live).blocks, admin_config(BY_HAND)) == []


def test_a_refused_row_has_not_drifted_and_one_whose_lines_are_lost_has() -> None:
    refused = verified("101", LIVE, transport="tls")
    assert plan.drifted([refused], build(refused), Blocks("", ""), admin_config()) == []
    lost = verified("102", LIVE, encrypted_secret="unreadable")
    todo = build(lost)
    assert plan.drifted([lost], todo, todo.blocks, admin_config()) == [lost]
    kept = verified("101", LIVE, encrypted_secret="unreadable")
    todo = build(kept)
    assert plan.drifted([kept], todo, todo.blocks, admin_config()) == []


def test_steps_that_leave_the_block_leave_the_running_dialplan_unless_the_administrator_has_them() -> None:
    there = Blocks("", dialplan.render([WITH_STEPS, dialplan.exten("102", "from-internal")], []))
    todo = build(row("102"))
    assert plan.stale_extens(todo, there, admin_config()) == [("from-internal", "101")]
    assert plan.stale_extens(todo, there, admin_config(extensions=STEPS)) == []
    assert plan.shared_extens(todo, there, admin_config()) == []
    assert plan.shared_extens(todo, there, admin_config(extensions=STEPS)) == [
        dialplan.exten("101", "from-internal")
    ]


def test_of_a_number_that_is_not_in_the_block_only_switchhooks_steps_leave() -> None:
    todo, theirs = build(row(enabled=False)), admin_config(extensions=STEPS)
    assert plan.shared_extens(todo, Blocks("", ""), theirs) == [dialplan.exten("101", "from-internal")]
    assert plan.shared_extens(build(verified()), Blocks("", ""), theirs) == []
    patterns = Blocks("", "[from-internal]\nexten => _1XX,1,NoOp()\n")
    of_patterns = admin_config(extensions="[from-internal]\nexten => _1XX,1,Answer()\n")
    assert plan.shared_extens(build(), patterns, of_patterns) == []


def test_a_pattern_for_a_part_of_the_range_reserves_its_numbers() -> None:
    admin = admin_config(extensions="[from-internal]\nexten => _11X,1,Answer()\nexten => _X.,1,Answer()\n")
    assert [each.exten for each in plan.reserving_patterns(row("110"), admin, NUMBERS)] == ["_11X"]
    assert plan.reserving_patterns(row("120"), admin, NUMBERS) == []
    assert plan.reserving_patterns(row("110", enabled=False), admin, NUMBERS) == []
