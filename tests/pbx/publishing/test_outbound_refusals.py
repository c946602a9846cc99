"""Why the route for calls out may not be written, decided by the files and by what Asterisk shows."""

from __future__ import annotations

from typing import Any

import pytest

from models.extension_range import ExtensionRange
from pbx.publishing import outbound_refusals
from pbx.publishing.outbound_refusals import Seen
from tests.pbx.config.texts import admin_config
from tests.pbx.publishing.rows import row

NONE = Seen(has_trunk=True)
NUMBERS = ExtensionRange("900-999")


def of_all(trunk: str = "trunk", extensions: str = "", seen: Seen = NONE, **values: Any) -> list[str]:
    dialplan = admin_config(extensions=extensions).dialplan
    return list(outbound_refusals.of_all(trunk, [row(**values)], dialplan, seen))


def of_context(extensions: str = "", seen: Seen = NONE, context: str = "from-internal") -> list[str]:
    return list(outbound_refusals.of_context(context, admin_config(extensions=extensions).dialplan, seen))


def warnings(*emergency: str, numbers: tuple[str, ...] = (), extensions: str = "") -> list[str]:
    dialplan = admin_config(extensions=extensions).dialplan
    contexts = ("from-internal", "sales")
    return list(outbound_refusals.warnings(emergency, numbers, NUMBERS, contexts, dialplan))


def test_a_trunk_of_its_own_with_nothing_in_the_way_is_not_refused() -> None:
    assert of_all() == of_context() == warnings() == []


def test_an_extension_is_no_trunk_and_has_no_context_of_the_route_s() -> None:
    assert of_all("101") == [
        "101 is an extension of Switchhook's and no trunk: name your trunk's endpoint in OUTBOUND_TRUNK"
    ]
    assert of_all(context="outbound-routes") == [
        "101 has the context outbound-routes: Switchhook writes outbound-routes for OUTBOUND_TRUNK; take another, such "
        "as context=from-internal"
    ]


def test_a_context_or_include_of_that_name_is_named_with_file_and_line() -> None:
    own, include = "[outbound-routes]\nexten => 1,1,NoOp()\n", "[lobby]\ninclude => outbound-routes\n"
    assert [each.partition(" ")[0] for each in of_all(extensions=own)] == ["extensions.conf:1"]
    assert [each.partition(" ")[0] for each in of_all(extensions=include)] == ["extensions.conf:2"]
    assert [each.partition(" ")[0] for each in of_all(extensions=include + own)] == ["extensions.conf:3"]
    assert of_all(extensions="[outbound-routes](!)\nexten => 1,1,NoOp()\n") == []


def test_what_runs_under_that_name_and_a_missing_trunk_are_told() -> None:
    step = {"Extension": "_0X.", "Registrar": "pbx_ael"}
    (running,) = of_all(seen=Seen(has_trunk=True, routes=[step]))
    assert running.startswith("the running dialplan already has _0X.@outbound-routes, put there by pbx_ael:")
    (missing,) = of_all(seen=Seen(has_trunk=False))
    assert missing.startswith("Asterisk has no endpoint trunk, which OUTBOUND_TRUNK names:")


def test_includes_of_nothing_and_of_what_it_has_itself_come_after_nothing() -> None:
    shared = "[from-internal]\ninclude => a\n[a]\nexten => 1,1,NoOp()\n"
    for more in (
        "[m]\ninclude => from-internal\ninclude => empty\n",
        "[m]\ninclude => from-internal\ninclude => a\n",
    ):
        assert of_context(shared + more) == []
    (told,) = of_context(
        "[m]\ninclude => from-internal\ninclude => b\n[b]\ninclude => c\n[c]\nexten => 1,1,NoOp()\n"
    )
    assert told.startswith("[m] includes from-internal before b (extensions.conf:3)")


def test_emergency_calls_that_the_range_hides_are_told_once() -> None:
    (told,) = warnings("911", "999", "112", "11")
    assert told.startswith("EXTENSION_RANGE (900-999) has 911, 999, 911, and its pattern")


def test_emergency_calls_that_the_administrator_answers_in_every_context_are_not() -> None:
    one = "[from-internal]\nexten => _9[19]X,1,NoOp()\n"
    assert len(warnings("911", extensions=one)) == 1
    assert warnings("911", extensions=one + one.replace("from-internal", "sales")) == []


def test_extensions_with_numbers_of_emergency_calls_are_told() -> None:
    assert warnings("112", numbers=("9112",)) == [
        "extension 9112 answers who calls for help with 9112: give it another number"
    ]
    assert len(warnings("911", numbers=("911",))) == 1


@pytest.mark.parametrize(
    ("number", "is_refused"),
    [("trunk", True), ("9112", True), ("9113", False), ("112", False), ("99112", False)],
)
def test_numbers_of_the_trunk_and_of_prefixed_emergency_calls_are_not_given(
    number: str, is_refused: bool
) -> None:
    assert (outbound_refusals.of_number(number, "trunk", ("112",)) is not None) == is_refused
