"""A step tells in which contexts a call may go on, and with what numbers."""

from __future__ import annotations

import pytest

from pbx.config.exten_patterns import ANY_NUMBER, pattern
from pbx.publishing.dialplan_jumps import SOME_CONTEXT, targets


def found(application: str, data: str, dialled: str = "_1555XXX") -> list[tuple[str, str]]:
    """Contexts with a pattern as written, of those that the tests know."""
    names = {pattern(each): each for each in ("s", "101", "1", "_XXX", "_1XX", "_1555XXX")} | {
        ANY_NUMBER: "any"
    }
    step = {"Application": application, "AppData": data}
    return [(context, names[numbers]) for context, numbers in targets(step, "here", pattern(dialled))]


@pytest.mark.parametrize(
    ("application", "data", "expected"),
    [
        ("Goto", "other,101,1", [("other", "101")]),
        ("Goto", "101,1", [("here", "101")]),
        ("Goto", "label", []),
        ("goto", "other,${EXTEN},1", [("other", "_1555XXX")]),
        ("Goto", "other,${EXTEN:4},1", [("other", "_XXX")]),
        ("Goto", "other,1${EXTEN:-2},1", [("other", "_1XX")]),
        ("Goto", "other,${EXTEN:4:3}${X},1", None),
        ("Goto", "${CONTEXT},s,1", [("here", "s")]),
        ("Goto", "in-${X},s,1", [(SOME_CONTEXT, "s")]),
        ("GotoIf", "$[${A}=1]?a,s,1:b,${N},1", [("a", "s"), ("b", "any")]),
        ("GotoIf", "${A}?101,1:label", [("here", "101")]),
        ("Gosub", "sub,s,1(${EXTEN},x)", [("sub", "s")]),
        ("Macro", "ring,101", [("macro-ring", "s")]),
        ("Dial", "Local/101@a/n&Local/${DB(x/${EXTEN})}@b,30", [("a", "101"), ("b", "any")]),
        ("Dial", "PJSIP/${EXTEN:1}@trunk,30,tU(T)", []),
        ("Dial", "PJSIP/101,30,tT", [("here", "any")]),
        ("Queue", "sales,Tn", [("here", "any")]),
        ("Queue", "sales,n", []),
        ("WaitExten", "10", [("here", "any"), ("10", "any")]),
        ("Background", "hello,,en,menu", [("here", "any"), ("hello", "any"), ("en", "any"), ("menu", "any")]),
        ("Set", "TRANSFER_CONTEXT=a", [("a", "any")]),
        ("Set", "CHANNEL(language)=a", []),
        ("Directory", "default,a", []),
        ("NoOp", "a,s,1", []),
        ("Hangup", "", []),
    ],
)
def test_targets(application: str, data: str, expected: list[tuple[str, str]] | None) -> None:
    if expected is None:
        (_, numbers), *_ = targets({"Application": application, "AppData": data}, "here", pattern("_1555XXX"))
        assert numbers.tail
        assert len(numbers.positions) == 3
    else:
        assert found(application, data) == expected
