"""HR systems are asked for employees whom their deliveries do not describe; when that fails, the admins are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from handlers import hr_asking, hr_rows
from handlers.hr import lookup
from handlers.onboard import Office
from models.employee import Stage
from models.hr_delivery import DeliveryState
from models.types import now
from pbx.system import PhoneSystem
from tests.handlers.clerk import Clerk, changed, joined, left
from tests.hr_stand_in import BAMBOO_KEY, BOB_KEY, HrStandIn
from tests.running import free_port
from tests.slack_stand_in.http_layer import HttpAnswer

DONE, IGNORED, NEEDS_DETAILS = DeliveryState.DONE, DeliveryState.IGNORED, DeliveryState.NEEDS_DETAILS
BUSY = HttpAnswer(503, "")
CLOSED = HttpAnswer(401, "")


@pytest.fixture
def hr() -> Iterator[HrStandIn]:
    with HrStandIn() as running:
        running.hire_in_bamboo(
            "e1",
            displayName="Alice",
            workEmail="alice@example.com",
            department="Sales",
            hireDate="2026-01-01",
        )
        running.hire_in_bob("e1", root_displayName="Alice", root_email="alice@example.com")
        yield running


@pytest.fixture
def asking(clerk: Clerk, hr: HrStandIn) -> Clerk:
    """A clerk whose office may ask the stand-in."""
    return _with_settings(clerk, **{name.lower(): value for name, value in hr.environment().items()})


def _with_settings(clerk: Clerk, source: str = "bamboohr", **values: object) -> Clerk:
    system = clerk.office.system
    settings = type(system.settings)(_env_file=None, **system.settings.model_dump() | values)
    return Clerk(Office(PhoneSystem(settings, system.database, system.box), clerk.office.client), source)


@pytest.mark.parametrize("source", ["bamboohr", "hibob"])
def test_who_joined_without_a_name_is_asked_of_the_hr_system(
    asking: Clerk, hr: HrStandIn, source: str
) -> None:
    asking.source = source
    number = asking.hand_in(joined())
    assert asking.names() == []
    asking.ask()
    assert asking.state(number) == (DONE, "extension 100")
    assert asking.names() == ["Alice"]
    assert asking.told() == []
    assert len(hr.asked) == 1


def test_a_pair_of_joinings_is_one_question(asking: Clerk, hr: HrStandIn) -> None:
    numbers = [asking.hand_in(joined()), asking.hand_in(joined())]
    asking.ask()
    assert [asking.state(number)[0] for number in numbers] == [DONE, DONE]
    assert asking.names() == ["Alice"]
    assert len(hr.asked) == 1


def test_all_without_a_name_of_one_delivery_are_asked_for(asking: Clerk, hr: HrStandIn) -> None:
    hr.hire_in_bamboo("e2", displayName="Bob", hireDate="2026-01-01")
    number = asking.hand_in(joined("e1"), changed("e3", name="Carol"), joined("e2"))
    asking.ask()
    assert asking.state(number)[0] is DONE
    assert asking.names() == ["Alice", "Bob"]


def test_a_change_that_does_not_say_what_is_asked_for_and_followed(asking: Clerk, hr: HrStandIn) -> None:
    asking.hand_in(joined(name="Alice"))
    hr.employees["/api/v1/employees/e1"] |= {"displayName": "Alice Jones"}
    number = asking.hand_in(changed())
    asking.ask()
    assert asking.state(number) == (DONE, "extension 100 follows")
    assert asking.names() == ["Alice Jones"]


def test_somebody_whom_bamboohr_shows_as_inactive_has_left(asking: Clerk, hr: HrStandIn) -> None:
    asking.hand_in(joined(name="Alice"))
    hr.employees["/api/v1/employees/e1"] |= {"status": "Inactive"}
    asking.hand_in(changed())
    asking.ask()
    found = asking.office.find("bamboohr", "e1")
    assert found is not None
    assert found.stage is Stage.LEFT


def test_a_change_that_is_asked_for_tells_the_name_of_who_waits_for_the_admins(
    asking: Clerk, hr: HrStandIn
) -> None:
    hr.troubles = [CLOSED]
    joining = asking.hand_in(joined())
    asking.ask()
    assert len(asking.told()) == 1
    asking.hand_in(changed())
    asking.ask()
    asking.work()
    assert asking.state(joining) == (DONE, "extension 100")
    assert len(asking.told()) == 1


def test_trouble_that_passes_is_waited_out_with_growing_pauses(asking: Clerk, hr: HrStandIn) -> None:
    number = asking.hand_in(joined())
    for pause in (30, 60, 120, 240):
        hr.troubles = [BUSY]
        asking.hurry()
        before = now()
        asking.ask()
        (due,) = asking.pauses()
        assert due is not None
        assert timedelta(seconds=pause) <= due - before < timedelta(seconds=pause + 10)
    assert asking.state(number) == (NEEDS_DETAILS, "BambooHR is in trouble (503)")
    assert asking.told() == []
    asking.ask()  # too early
    assert len(hr.asked) == 4
    asking.hurry()
    asking.ask()
    assert asking.names() == ["Alice"]


def test_trouble_that_does_not_pass_is_for_the_admins_in_the_end(asking: Clerk, hr: HrStandIn) -> None:
    number = asking.hand_in(joined())
    hr.troubles = [BUSY] * 100
    for _ in range(20):
        asking.hurry()
        asking.ask()
    (form,) = asking.told()
    assert "bamboohr told of employee e1, but not their name" in form
    assert "BambooHR is in trouble (503), not in 7 tries" in form
    assert asking.state(number)[0] is NEEDS_DETAILS
    assert len(hr.asked) == hr_asking.TRIES


def test_how_long_an_hr_system_wants_to_be_left_alone_is_heeded(asking: Clerk, hr: HrStandIn) -> None:
    hr.troubles = [HttpAnswer(429, "", {"Retry-After": "600"})]
    asking.hand_in(joined())
    before = now()
    asking.ask()
    (due,) = asking.pauses()
    assert due is not None
    assert due - before >= timedelta(seconds=600)


def test_when_one_question_meets_trouble_the_next_waits_for_the_next_run(
    asking: Clerk, hr: HrStandIn
) -> None:
    for external_id in ("e1", "e2", "e3"):
        asking.hand_in(joined(external_id))
    hr.troubles = [BUSY]
    assert not hr_asking.ask_hr(asking.office)
    assert hr_asking.ask_hr(asking.office) is False  # e2 is not there: 404
    assert len(hr.asked) == 2


LASTING: list[tuple[HttpAnswer, str]] = [
    (CLOSED, "BambooHR does not let us in (401): check HR_BAMBOOHR_API_KEY"),
    (HttpAnswer(404, ""), "BambooHR knows no such employee (404)"),
    (HttpAnswer(200, "<html>"), "BambooHR gives no answer of use"),
    (HttpAnswer(200, {"id": "e1"}), "BambooHR tells no name of employee e1"),
]


@pytest.mark.parametrize(("answer", "reason"), LASTING, ids=["401", "404", "garbage", "no name"])
def test_trouble_that_lasts_is_for_the_admins_at_once_with_the_reason(
    asking: Clerk, hr: HrStandIn, answer: HttpAnswer, reason: str
) -> None:
    hr.troubles = [answer]
    number = asking.hand_in(joined())
    asking.ask()
    asking.ask()
    (form,) = asking.told()
    assert reason in form
    assert asking.state(number)[0] is NEEDS_DETAILS
    assert len(hr.asked) == 1


@pytest.mark.parametrize(("answer", "reason"), LASTING, ids=["401", "404", "garbage", "no name"])
def test_a_change_that_cannot_be_asked_for_is_ignored_with_the_reason(
    asking: Clerk, hr: HrStandIn, answer: HttpAnswer, reason: str
) -> None:
    hr.troubles = [answer]
    number = asking.hand_in(changed())
    asking.ask()
    state, told = asking.state(number)
    assert state is IGNORED
    assert (told or "").startswith(reason)
    assert asking.told() == []


def test_a_change_that_cannot_be_asked_for_does_not_hold_up_who_joined(asking: Clerk, hr: HrStandIn) -> None:
    hr.troubles = [CLOSED]
    number = asking.hand_in(changed("e2"), joined("e1"))
    asking.ask()
    asking.work()
    asking.ask()
    assert asking.state(number)[0] is DONE
    assert asking.names() == ["Alice"]


def test_who_waits_when_the_key_is_taken_away_is_for_the_admins(clerk: Clerk, asking: Clerk) -> None:
    asking.hand_in(joined())
    Clerk(clerk.office, "bamboohr").ask()
    (form,) = asking.told()
    assert "the HR system cannot be asked any more: its address or key is not set" in form


def test_once_the_key_is_mended_trying_again_asks_the_hr_system(clerk: Clerk, asking: Clerk) -> None:
    number = Clerk(clerk.office, "bamboohr").hand_in(joined())
    clerk.ask()
    assert len(asking.told()) == 1
    hr_rows.retry(asking.office.system, number)
    asking.work()
    asking.ask()
    assert asking.state(number) == (DONE, "extension 100")


def _interrupted_by(asking: Clerk, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Something else happens while the HR system takes its time to answer."""
    really = lookup.look_up

    def slowly(*given: object) -> object:
        answer = really(*given)  # type: ignore[arg-type]
        happens()
        return answer

    monkeypatch.setattr(lookup, "look_up", slowly)
    asking.ask()
    asking.work()


def test_an_answer_for_somebody_who_left_meanwhile_makes_no_phone(
    asking: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = asking.hand_in(joined())
    _interrupted_by(asking, monkeypatch, lambda: asking.hand_in(left()))
    assert asking.state(number) == (IGNORED, "left meanwhile")
    assert asking.names() == []


def test_an_answer_for_somebody_who_was_named_meanwhile_makes_no_second_phone(
    asking: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = asking.hand_in(joined())
    _interrupted_by(asking, monkeypatch, lambda: asking.hand_in(changed(name="Alicia")))
    assert asking.state(number) == (DONE, "extension 100")
    assert asking.names() == ["Alicia"]


def test_an_hr_system_that_is_away_is_no_traceback_and_no_key_is_logged(
    clerk: Clerk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    away = _with_settings(
        clerk,
        hr_bamboohr_api_url=f"http://127.0.0.1:{free_port()}",
        hr_bamboohr_api_key=BAMBOO_KEY,
        hr_hibob_api_key=BOB_KEY,
    )
    number = away.hand_in(joined())
    away.ask()
    assert away.state(number) == (NEEDS_DETAILS, "BambooHR does not answer (ConnectionError)")
    seen = caplog.text + str([line.__dict__ for line in caplog.records]) + str(away.rows())
    assert not [key for key in (BAMBOO_KEY, *BOB_KEY.split(":")) if key in seen]
    assert "Traceback" not in seen
