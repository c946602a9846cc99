"""Which contexts get the route for calls out: never one that strangers reach, and never before what the administrator has."""

from __future__ import annotations

import pytest

from pbx.publish import publish
from pbx.publishing import outbound
from tests.pbx.extension_driver import contents, create, create_live, dialplan
from tests.pbx.trunk_driver import TRUNK, Pbx, has_route, problem

COST = "whoever calls from outside could dial 9… at your cost"
GATES = "".join(
    f"[{name}]\ntype=endpoint\n; auth={name}\ncontext=from-internal\n[{name}]\ntype=auth\nusername={name}\npassword=x\n"
    for name in ("door", "gate")
)
ANONYMOUS = "[anonymous]\ntype=endpoint\ncontext=lobby\n"


def test_only_the_contexts_of_the_setting_have_the_route(with_trunk: Pbx) -> None:
    services = with_trunk.services(OUTBOUND_CONTEXTS="from-internal,sales")
    create_live(services, "101", context="sales")
    create_live(services, "102", context="lobby")
    assert has_route(services)
    assert has_route(services, context="sales")
    assert not has_route(services, context="lobby")
    assert outbound.problems(services) == ()
    fewer = with_trunk.services()
    publish(fewer)
    assert not has_route(fewer, context="sales")
    assert has_route(fewer)


def test_a_trunk_whose_calls_come_into_the_context_gets_no_route_there(pbx: Pbx) -> None:
    pbx.write("pjsip.conf", TRUNK.replace("from-trunk", "from-internal"))
    services = pbx.services()
    create_live(services, "101")
    told = problem(services)
    assert "[from-internal] has no route, because calls from outside by the endpoint trunk come into" in told
    assert f"{COST}: give that endpoint a context of its own, such as context=from-trunk" in told
    assert not has_route(services)


def test_other_contexts_have_the_route_all_the_same(pbx: Pbx) -> None:
    pbx.write("pjsip.conf", TRUNK.replace("from-trunk", "from-internal"))
    services = pbx.services(OUTBOUND_CONTEXTS="from-internal,sales")
    create_live(services, "101")
    assert "[from-internal] has no route" in problem(services)
    assert not has_route(services)
    assert has_route(services, context="sales")


@pytest.mark.parametrize(
    ("steps", "what"),
    [
        ("include => did\n[did]\ninclude => from-internal\n", "which includes from-internal"),
        ("exten => _X.,1,Goto(from-internal,${EXTEN},1)\n", "where _X. goes on to Goto"),
        ("exten => _X.,1,Dial(Local/${EXTEN}@from-internal)\n", "where _X. goes on to Dial"),
        (
            "exten => 15550100,1,Goto(ivr,s,1)\n[ivr]\ninclude => from-internal\nexten => s,1,WaitExten()\n",
            "and get to [ivr], which includes from-internal",
        ),
        ("exten => _1555XXX,1,Goto(from-internal,${EXTEN:4},1)\n", "where _1555XXX goes on to Goto"),
        (
            "exten => _X.,1,Gosub(sub,s,1(${EXTEN}))\n[sub]\nexten => s,1,Dial(Local/${ARG1}@from-internal)\n",
            "and get to [sub], where s goes on to Dial",
        ),
        (
            "exten => 15550100,1,Goto(from-internal,700,1)\n[from-internal]\nexten => 700,1,Background(hello)\n",
            "and get to [from-internal], where 700 goes on to Background",
        ),
    ],
)
def test_a_trunk_whose_calls_get_into_the_context_gets_no_route_there(
    with_trunk: Pbx, steps: str, what: str
) -> None:
    services = with_trunk.services()
    create_live(services, "101")
    assert has_route(services)
    with_trunk.write("extensions.conf", f"[from-trunk]\n{steps}")
    told = problem(services)
    assert what in told
    assert COST in told
    assert not has_route(services)


def test_an_endpoint_that_is_asked_for_no_password_gets_no_route_there(with_trunk: Pbx) -> None:
    services = with_trunk.services()
    create_live(services, "101")
    with_trunk.write("pjsip.conf", GATES)
    told = problem(services)
    assert "by the endpoints door and gate (which anybody may call as, for want of auth=) come into" in told
    assert "give each a password (auth=, and a section of type=auth), or a context of its own" in told
    assert not has_route(services)
    path = with_trunk.path("pjsip.conf")
    path.write_text(path.read_text().replace("; auth=", "auth="))
    with_trunk.reload()
    publish(services)
    assert outbound.problems(services) == ()
    assert has_route(services)


def test_phones_in_a_context_of_their_own_call_out_where_strangers_may_dial_all_others(
    with_trunk: Pbx,
) -> None:
    with_trunk.write("pjsip.conf", GATES)
    with_trunk.write(
        "extensions.conf", "[from-trunk]\ninclude => from-internal\n[staff]\ninclude => from-internal\n"
    )
    services = with_trunk.services(OUTBOUND_CONTEXTS="staff")
    create_live(services, "101", context="staff")
    create_live(services, "102")
    assert outbound.problems(services) == ()
    assert has_route(services, context="staff")
    assert not has_route(services)
    assert ("101", "Dial", "PJSIP/101,30") in dialplan(services, "101", "staff")
    assert dialplan(services, "101", "from-trunk")[1][:2] == ("_1XX", "Dial")
    assert ("102", "Dial", "PJSIP/102,30") in dialplan(services, "102", "staff")


def test_calls_of_strangers_without_an_endpoint_count_too(with_trunk: Pbx) -> None:
    with_trunk.write("pjsip.conf", ANONYMOUS)
    with_trunk.write("extensions.conf", "[lobby]\ninclude => from-internal\n")
    services = with_trunk.services()
    create_live(services, "101")
    assert "by the endpoint anonymous come into [lobby], which includes from-internal" in problem(services)
    assert not has_route(services)


@pytest.mark.parametrize(
    "steps",
    [
        "exten => 15550100,1,Goto(from-internal,101,1)\n",
        "exten => _1555[1-8]XX,1,Goto(from-internal,${EXTEN:4},1)\n",
        "exten => _8X.,1,Goto(from-internal,${EXTEN},1)\n",
        "exten => _XX,1,Goto(from-internal,${EXTEN},1)\n",
        "exten => _X.,1,Goto(elsewhere,${EXTEN},1)\n",
    ],
)
def test_numbers_from_outside_that_cannot_begin_with_a_9_are_no_danger(with_trunk: Pbx, steps: str) -> None:
    with_trunk.write("extensions.conf", f"[from-trunk]\n{steps}")
    services = with_trunk.services()
    create_live(services, "101")
    assert outbound.problems(services) == ()
    assert has_route(services)


def test_what_the_administrator_includes_below_the_block_is_not_outranked(with_trunk: Pbx) -> None:
    services = with_trunk.services()
    create_live(services, "101")
    with_trunk.append(
        "extensions.conf", "[from-internal]\ninclude => late\n[late]\nexten => _900.,1,NoOp(late)\n"
    )
    assert "below Switchhook's lines, and the route would come before that: move the line above" in problem(
        services
    )
    assert not has_route(services)
    assert dialplan(services, "9001")[0] == ("_900.", "NoOp", "late")


def test_a_context_that_includes_this_one_before_others_is_not_outranked(with_trunk: Pbx) -> None:
    services = with_trunk.services()
    managers = (
        "[managers]\ninclude => from-internal\ninclude => abroad\n[abroad]\nexten => _900.,1,NoOp(abroad)\n"
    )
    with_trunk.write("extensions.conf", managers)
    create_live(services, "101")
    assert "[managers] includes from-internal before abroad" in problem(services)
    assert not has_route(services)
    path = services.settings.extensions_path
    path.write_text(
        path.read_text()
        .replace("include => from-internal\n", "", 1)
        .replace("include => abroad\n", "include => abroad\ninclude => from-internal\n", 1)
    )
    with_trunk.reload()
    publish(services)
    assert has_route(services)
    assert dialplan(services, "9001", "managers")[0] == ("_900.", "NoOp", "abroad")


def test_the_administrators_patterns_and_emergency_numbers_come_first(with_trunk: Pbx) -> None:
    with_trunk.write(
        "extensions.conf",
        "[from-internal]\ninclude => theirs\n[theirs]\n"
        "exten => 911,1,NoOp(help)\nexten => 9911,1,NoOp(help)\nexten => _900.,1,NoOp(blocked)\n",
    )
    services = with_trunk.services(EXTENSION_RANGE="900-999")
    create_live(services, "950")
    assert dialplan(services, "911")[0] == ("911", "NoOp", "help")
    assert dialplan(services, "9911")[0] == ("9911", "NoOp", "help")
    assert dialplan(services, "900123")[0] == ("_900.", "NoOp", "blocked")
    assert ("950", "Dial", "PJSIP/950,30") in dialplan(services, "950")[:3]
    assert dialplan(services, "960")[0][0] == "_9XX"
    assert dialplan(services, "95550100")[0][0] == "_9X."
    assert "EXTENSION_RANGE (900-999) has 995, 997, 998, 999, and its pattern comes before" in problem(
        services
    )


def test_emergency_numbers_that_begin_with_a_9_are_dialled_whole(with_trunk: Pbx) -> None:
    services = with_trunk.services(EMERGENCY_NUMBERS="112,911,99")
    create_live(services, "101")
    assert dialplan(services, "911")[1] == ("911", "Dial", "PJSIP/${EXTEN}@trunk,60")
    assert dialplan(services, "9911")[1] == ("_9X.", "Dial", "PJSIP/${EXTEN:1}@trunk,60")
    assert dialplan(services, "9112")[1] == ("_9X.", "Dial", "PJSIP/${EXTEN:1}@trunk,60")
    assert dialplan(services, "99") == []


def test_an_extension_that_a_call_for_help_would_reach_is_told(with_trunk: Pbx) -> None:
    create_live(with_trunk.without(), "9112")
    services = with_trunk.services()
    assert "extension 9112 answers who calls for help with 9112" in problem(services)
    assert has_route(services)


def test_who_takes_a_number_that_called_outside_is_warned(with_trunk: Pbx) -> None:
    services = with_trunk.services()
    assert (
        "until now 9555 called 555 outside, and now this phone answers"
        in create(services, "9555").warnings[0]
    )
    assert dialplan(services, "9555")[0][0] == "9555"
    assert "outbound-routes" in contents(services.settings)[1].decode()
