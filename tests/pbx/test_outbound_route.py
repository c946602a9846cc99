"""Who dials 9 and a number reaches it through the trunk; nobody else does, and nothing of the administrator's is outranked."""

from __future__ import annotations

import pytest

from models.fields import Changes
from pbx import extensions, outbound_route
from pbx.ami import connected
from pbx.errors import AsteriskUnavailable, ConfigFileError, NumberTaken, Refusal
from pbx.outbound_route import OutboundRoute
from pbx.publish import publish
from pbx.publishing import outbound
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import contents, create, create_live, dialplan
from tests.pbx.trunk_driver import TRUNK, Pbx, has_route, problem
from tests.slash_commands import TESTER

WIZARD = "[trunk]\ntype=wizard\nremote_hosts=127.0.0.1:1\nendpoint/context=from-trunk\n"
ROUTE = [
    ("_9X.", "NoOp", "Outbound call via trunk"),
    ("_9X.", "Dial", "PJSIP/${EXTEN:1}@trunk,60"),
    ("_9X.", "Hangup", ""),
]


def test_the_route_is_in_the_file_and_in_the_running_dialplan_and_goes_with_the_setting(
    with_trunk: Pbx,
) -> None:
    without = with_trunk.without()
    create_live(without, "101")
    before = contents(without.settings)
    services = with_trunk.services()
    publish(services)
    assert dialplan(services, "95550100") == ROUTE
    assert outbound.problems(services) == ()
    assert (
        before[1].decode().partition("; <<<")[0]
        + (
            "\n[from-internal]\n"
            "; Calls out through OUTBOUND_TRUNK, after all else that can be dialled here\n"
            "include => outbound-routes\n\n[outbound-routes]\n"
        )
        in contents(services.settings)[1].decode()
    )
    after, reloads = contents(services.settings), with_trunk.asterisk.reload_counts()
    publish(services)
    create_live(services, "102")
    extensions.delete(services, "102", by=TESTER)
    assert contents(services.settings) == after
    assert with_trunk.asterisk.reload_counts()["pbx_config.so"] == reloads["pbx_config.so"]
    publish(without)
    assert contents(without.settings) == before
    assert dialplan(without, "95550100") == []
    assert "outbound-routes" not in with_trunk.asterisk.cli("dialplan show from-internal")


ROUTES = [
    OutboundRoute("trunk", ("from-internal",)),
    OutboundRoute("my-trunk.2", ("from-internal", "sales"), ("911", "999")),
]


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_is_read_from_the_lines_that_it_is_written_as(route: OutboundRoute) -> None:
    assert outbound_route.written(f"[from-internal]\nexten => 101,1,NoOp()\n\n{route.text()}") == route


def test_no_route_is_read_from_other_lines() -> None:
    text = ROUTES[0].text()
    for other in ("", text.replace("; Calls out", "; calls out"), text.replace("Dial(", "Goto(")):
        assert outbound_route.written(other) is None


@pytest.mark.parametrize(("number", "is_cut"), [("911", True), ("9112", True), ("99", False), ("112", False)])
def test_numbers_that_the_pattern_takes_a_digit_from(number: str, is_cut: bool) -> None:
    assert outbound_route.is_cut(number) == is_cut


def test_without_the_endpoint_nothing_of_the_route_is_written_until_it_comes(pbx: Pbx) -> None:
    services = pbx.services()
    create_live(services, "101")
    assert "Asterisk has no endpoint trunk, which OUTBOUND_TRUNK names" in problem(services)
    assert "outbound-routes" not in contents(services.settings)[1].decode()
    pbx.write("pjsip.conf", TRUNK)
    publish(services)
    assert has_route(services)
    assert outbound.problems(services) == ()
    path = pbx.path("pjsip.conf")
    path.write_text(path.read_text().replace(TRUNK, ""))
    pbx.reload()
    assert "no endpoint trunk" in problem(services)
    assert not has_route(services)


def test_a_trunk_of_the_wizard_is_one(pbx: Pbx) -> None:
    pbx.write("pjsip_wizard.conf", WIZARD)
    pbx.asterisk.cli("module reload res_pjsip_config_wizard.so")
    services = pbx.services()
    create_live(services, "101")
    assert outbound.problems(services) == ()
    assert has_route(services)
    pbx.path("pjsip_wizard.conf").write_text("")
    pbx.asterisk.cli("module reload res_pjsip_config_wizard.so")
    assert "no endpoint trunk" in problem(services)


def test_while_asterisk_is_away_the_lines_stay_and_nothing_is_claimed(
    with_trunk: Pbx, services_on: ServicesOn
) -> None:
    services = with_trunk.services()
    create_live(services, "101")
    before = contents(services.settings)
    away = services_on(with_trunk.asterisk, OUTBOUND_TRUNK="trunk", AMI_PORT="1")
    publish(away)
    assert contents(services.settings) == before
    with pytest.raises(AsteriskUnavailable):
        outbound.problems(away)


def test_what_the_running_dialplan_lost_comes_back_with_the_next_publish(with_trunk: Pbx) -> None:
    services = with_trunk.services()
    create_live(services, "101")
    with connected(services.settings) as asterisk:
        asterisk.ask_all(
            [{"Action": "DialplanExtensionRemove", "Context": "outbound-routes", "Extension": "_9X."}]
        )
    assert dialplan(services, "95550100") == []
    publish(services)
    assert has_route(services)


def test_lines_of_the_route_that_were_edited_are_put_back(with_trunk: Pbx) -> None:
    services = with_trunk.services()
    create_live(services, "101")
    before, path = contents(services.settings), services.settings.extensions_path
    path.write_text(path.read_text().replace("@trunk,60", "@trunk,5"))
    with_trunk.reload()
    publish(services)
    assert contents(services.settings) == before
    assert dialplan(services, "95550100") == ROUTE


def test_another_trunk_takes_the_place_of_the_first(with_trunk: Pbx) -> None:
    create_live(with_trunk.services(), "101")
    with_trunk.write("pjsip.conf", TRUNK.replace("[trunk]", "[backup]").replace("aors=trunk", "aors=backup"))
    services = with_trunk.services(OUTBOUND_TRUNK="backup")
    publish(services)
    assert dialplan(services, "95550100")[1] == ("_9X.", "Dial", "PJSIP/${EXTEN:1}@backup,60")


def test_steps_of_somebody_elses_in_the_routes_context_stop_publishing(with_trunk: Pbx) -> None:
    services = with_trunk.services()
    create_live(services, "101")
    path = services.settings.extensions_path
    path.write_text(path.read_text().replace("; <<<", "exten => _00X.,1,NoOp(mine)\n; <<<"))
    with pytest.raises(ConfigFileError, match=r"has exten => _00X\.: that is not Switchhook's"):
        publish(services)


def test_a_context_of_the_route_s_name_is_not_merged_into(with_trunk: Pbx) -> None:
    services = with_trunk.services()
    create_live(services, "101")
    guide = "[from-internal]\ninclude => outbound-routes\n[outbound-routes]\nexten => _9X.,1,NoOp(mine)\n"
    with_trunk.write("extensions.conf", guide)
    assert "extensions.conf:3 has [outbound-routes] already, and Switchhook adds nothing" in problem(services)
    assert dialplan(services, "95550100") == [("_9X.", "NoOp", "mine")]


def test_a_context_of_that_name_from_elsewhere_is_not_merged_into(with_trunk: Pbx) -> None:
    create_live(with_trunk.without(), "101")
    services = with_trunk.services()
    with connected(services.settings) as asterisk:
        asterisk.ask_all([exten_added("outbound-routes", "_0X.")])
    assert "the running dialplan already has _0X.@outbound-routes" in problem(services)


def exten_added(context: str, exten: str) -> dict[str, str]:
    """As another program adds it."""
    action = {"Action": "DialplanExtensionAdd", "Context": context, "Extension": exten}
    return action | {"Priority": "1", "Application": "NoOp", "ApplicationData": "elsewhere"}


def test_an_include_of_the_administrator_s_that_waits_for_such_a_context_is_not_served(
    with_trunk: Pbx,
) -> None:
    services = with_trunk.services()
    with_trunk.write("extensions.conf", "[lobby]\ninclude => outbound-routes\n")
    create_live(services, "101")
    assert "extensions.conf:2 includes outbound-routes" in problem(services)
    assert dialplan(services, "95550100", "lobby") == []


def test_an_extension_of_switchhook_s_is_no_trunk(pbx: Pbx) -> None:
    services = pbx.services(OUTBOUND_TRUNK="101")
    create_live(pbx.without(), "101")
    assert "101 is an extension of Switchhook's and no trunk" in problem(services)
    assert not has_route(services)


def test_numbers_that_would_get_in_the_way_of_calls_out_are_refused(with_trunk: Pbx) -> None:
    services = with_trunk.services(OUTBOUND_TRUNK="150")
    for number, why in (("150", "150 is OUTBOUND_TRUNK"), ("9112", "9 and the emergency number 112")):
        with pytest.raises(NumberTaken, match=why):
            create(services, number)
    with pytest.raises(Refusal, match="Switchhook writes outbound-routes for OUTBOUND_TRUNK"):
        create(services, "101", context="outbound-routes")
    create_live(services, "101")
    with pytest.raises(Refusal, match="Switchhook writes outbound-routes for OUTBOUND_TRUNK"):
        extensions.change(services, "101", Changes(context="outbound-routes"), by=TESTER)
