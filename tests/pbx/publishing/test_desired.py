"""What Asterisk should have of a row, and why it cannot have what was asked for."""

from __future__ import annotations

from typing import Any

import pytest

from models.extension import Extension, State
from pbx.pjsip import Endpoint
from pbx.publishing.desired import DesiredState, RunningConflicts, desired_state
from tests.pbx.publishing.rows import decrypt, inputs, row, verified

PRESERVED = inputs().preserved["101"]
BY_HAND = "[101]\ntype=endpoint\n"
STEPS = "[from-internal]\nexten => 101,1,Answer()\n"
ADDITION = "[101](+)\ncall_group=1\n"
RELOAD = (
    'have Asterisk forget it: asterisk -rx "module reload res_pjsip.so" and asterisk -rx "dialplan reload"'
)
WAITS = "a key is missing, or give it a new one with /ext secret 101"


def endpoint(**more: Any) -> Endpoint:
    return Endpoint.model_validate({"number": "101", "name": "Alice", "secret": decrypt("secret12")} | more)


def desired(extension: Extension, pjsip: str = "", extensions: str = "", **more: Any) -> DesiredState:
    found = desired_state(extension, inputs(pjsip, extensions, **more))
    assert found.row is extension
    return found


def test_asterisk_is_to_have_what_the_row_says() -> None:
    extension = row(caller_id="Reception", context="sales", codecs=["opus"], transport="tcp", max_contacts=3)
    assert desired(extension) == DesiredState(
        extension,
        endpoint(caller_id="Reception", context="sales", codecs=["opus"], transport="tcp", max_contacts=3),
    )


def test_of_a_disabled_and_of_a_deleted_one_it_is_to_have_nothing() -> None:
    for extension in (row(enabled=False), row(state=State.DELETING)):
        for pjsip in ("", BY_HAND):
            assert desired(extension, pjsip, STEPS) == DesiredState(extension, None)


@pytest.mark.parametrize(
    ("pjsip", "extensions", "places"),
    [
        (BY_HAND, "", "pjsip.conf:1"),
        ("", STEPS, "extensions.conf:2"),
        (
            "",
            f"[from-internal]\ninclude => lab\n{STEPS.replace('from-internal', 'lab')}",
            "extensions.conf:4",
        ),
        (BY_HAND, STEPS, "pjsip.conf:1 and extensions.conf:2"),
    ],
)
def test_a_new_number_that_the_administrator_has_is_refused(pjsip: str, extensions: str, places: str) -> None:
    assert desired(row(), pjsip, extensions).conflict == (
        f"101 was already written by hand at {places}: take another number, or remove it there first (and {RELOAD})"
    )
    assert desired(row(), pjsip, extensions).endpoint is None


def test_steps_of_the_administrator_answer_a_phone_that_asterisk_has_already() -> None:
    found = desired(verified(), extensions=STEPS)
    assert (found.endpoint, found.conflict) == (endpoint(), None)
    assert found.hand_written_steps == (
        "what calls to 101 do is written by hand at extensions.conf:2: the phone works, and Switchhook's own steps come "
        "back when those are taken out"
    )
    assert desired(verified(), extensions=STEPS.replace("101", "102")).hand_written_steps is None
    moved = verified(context="sales")
    assert desired(moved, extensions=STEPS.replace("from-internal", "sales")).conflict is not None


def test_a_number_that_the_administrator_wrote_later_is_theirs() -> None:
    found = desired(verified(), BY_HAND)
    assert (found.endpoint, found.superseded) == (None, True)
    assert found.conflict == (
        "101 was written by hand at pjsip.conf:1 later, and Asterisk cannot have it twice: Switchhook took its own lines "
        'out, and those count (after asterisk -rx "module reload res_pjsip.so", if they do not yet). '
        f"To have Switchhook's back, remove them there (and {RELOAD}), then /ext verify 101"
    )
    assert desired(verified(state=State.FAILED), BY_HAND).superseded


def test_a_tls_transport_is_only_the_administrators_to_add() -> None:
    found = desired(row(transport="tls"))
    assert found.endpoint is None
    assert (found.conflict or "").startswith(
        "Asterisk has no TLS transport, and only you have the certificate: add one"
    )
    assert (found.conflict or "").endswith("and try again: Asterisk takes a new one without a restart")
    assert desired(row(transport="tls", enabled=False)).conflict is None
    there = "[t]\ntype=transport\nprotocol=tls\n"
    assert desired(row(transport="tls"), there).endpoint == endpoint(transport="tls")


def test_a_number_that_asterisk_has_from_elsewhere_is_refused_in_its_context() -> None:
    running = RunningConflicts({"101": "realtime has it"}, {("102", "from-internal"): "a console made it"})
    assert desired(row(), running=running).conflict == "realtime has it"
    assert desired(row("102"), running=running).conflict == "a console made it"
    assert desired(row("102", context="sales"), running=running).conflict is None
    assert desired(row(enabled=False), running=running).conflict is None
    assert desired(verified(state=State.FAILED), running=running).conflict is None


def test_a_refused_row_falls_back_to_what_asterisk_showed_last() -> None:
    changed = verified(name="Bob", transport="tls")
    assert desired(changed).endpoint == endpoint()
    assert desired(changed).conflict is not None
    failed = verified(state=State.FAILED, name="Bob")
    assert (desired(failed).endpoint, desired(failed).conflict) == (endpoint(), None)
    assert desired(row(state=State.FAILED)).endpoint is None


def test_a_fallback_that_cannot_be_written_anew_is_kept_as_it_stands() -> None:
    failed = verified(state=State.FAILED)
    shown = failed.last_verified or {}
    for unwritable in (
        {"transport": "tls"},
        {"encrypted_secret": "unreadable"},
        {"codecs": "all"},
    ):
        failed.last_verified = shown | unwritable
        assert desired(failed).endpoint == PRESERVED
    failed.last_verified = shown | {"enabled": False, "transport": "tls"}
    assert desired(failed).endpoint is None


def test_options_of_an_adopted_phone_that_cannot_be_decrypted_leave_its_lines_and_a_new_secret_does_not_help() -> (
    None
):
    found = desired(row(adopted_options={"endpoint": [["set_var", "unreadable"]]}))
    assert (found.endpoint, found.waiting) == (
        PRESERVED,
        "a key is missing, or /ext delete 101, and create it anew",
    )


def test_a_row_that_cannot_be_decrypted_leaves_the_lines_that_are_there_and_waits() -> None:
    found = desired(row(encrypted_secret="unreadable"))
    assert (found.endpoint, found.conflict, found.waiting) == (PRESERVED, None, WAITS)
    assert desired(row(encrypted_secret="unreadable"), preserved={}).endpoint is None
    odd = row(codecs="all", max_contacts="many")
    assert (desired(odd).endpoint, desired(odd).waiting) == (
        PRESERVED,
        "what is stored of it cannot be used (codecs, max_contacts): change it with /ext set 101",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Alice\n[evil]"),
        ("context", "sales\n[evil]"),
        ("context", "sales]"),
        ("codecs", ["ulaw", "alaw\r"]),
        ("caller_id", "\x00"),
    ],
)
def test_a_row_that_would_forge_lines_waits_alone(field: str, value: Any) -> None:
    found = desired(row(**{field: value}))
    assert (found.endpoint, found.waiting) == (
        PRESERVED,
        f"what is stored of it cannot be used ({field}): change it with /ext set 101",
    )
    failed = verified(state=State.FAILED)
    failed.last_verified = (failed.last_verified or {}) | {field: value}
    assert desired(failed).endpoint == PRESERVED


def test_a_secret_that_would_forge_lines_waits_too() -> None:
    assert "(secret)" in (desired(row(encrypted_secret="se\ncret")).waiting or "")


def test_a_row_that_cannot_be_addressed_in_asterisk_is_not_deleted() -> None:
    found = desired(row(context="sales\n", state=State.DELETING))
    assert found.waiting == "what is stored of it cannot be used (context): correct it in the database"


@pytest.mark.parametrize("number", ["163,1,System(touch /tmp/x)", "１６３", "163\n", "1", ""])
@pytest.mark.parametrize("state", [State.PENDING, State.LIVE, State.DELETING])
def test_an_invalid_number_never_reaches_the_dialplan(number: str, state: State) -> None:
    found = desired(row(number, state))
    assert found.endpoint is None
    assert found.waiting == "what is stored of it cannot be used (number): correct it in the database"


def test_lines_that_the_administrator_adds_to_stay_until_the_addition_is_taken_out() -> None:
    waits = (
        "pjsip.conf:1 goes on with Switchhook's [101] by (+), and without it Asterisk would load nothing of pjsip.conf: "
        "take that out first"
    )
    for extension in (row(state=State.DELETING), row(enabled=False)):
        assert desired(extension, ADDITION) == DesiredState(extension, PRESERVED, None, waits)
        assert desired(extension, ADDITION, preserved={}) == DesiredState(extension, None)
    assert desired(row(), ADDITION).endpoint == endpoint()
    refused = desired(row(transport="tls"), ADDITION)
    assert (refused.endpoint, refused.waiting) == (PRESERVED, waits)
    assert refused.conflict is not None
    assert desired(verified(), ADDITION + BY_HAND).superseded
