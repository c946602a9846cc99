"""What people read in their Home of their own extension."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select, update

from handlers.home import my_extension
from handlers.home.views import phone_home
from models.employee import Employee, Stage
from models.extension import Extension, State
from models.password_handover import PasswordHandover
from models.types import now
from pbx.services import Services
from tests.factories import answered, at_time, registered, ringing, store, unregistered
from tests.handlers.home.homes import BOB, EVE, add, content, home, labels, seen

SINCE: dict[str, Any] = {"slack_user_id": BOB, "created_at": at_time() - timedelta(days=1)}


def hire(services: Services, **values: Any) -> None:
    """Bob, by an HR system, with 102."""
    with services.database.session() as session:
        session.add(
            Employee(
                **{"source": "standard", "external_id": "e1", "stage": Stage.WELCOMED, "number": "102"}
                | values
            )
        )


def test_who_has_none_reads_whom_to_ask(quiet: Services) -> None:
    assert "You have no extension yet, or nobody has said that it is yours. Ask @U0ADA." in home(quiet)
    assert "My recent calls" not in home(quiet)


def test_an_admin_is_not_sent_to_an_admin(quiet: Services) -> None:
    shown = home(quiet, is_admin=True)
    assert "No extension is noted as yours. /ext set 101 @you notes that 101 is yours" in shown
    assert "Ask @U0ADA" not in shown
    add(quiet, "102", enabled=False, **SINCE)
    disabled = content(quiet, is_admin=True)
    assert "It is disabled: no phone can use it.\n[ Enable ]" in seen(phone_home(disabled))
    assert labels(phone_home(disabled))[0] == "Enable"


def test_whom_to_ask_are_some_of_the_admins_or_whoever_runs_it() -> None:
    assert my_extension.ask(["<@U0ADA>", "<@U0BEN>"]) == "<@U0ADA> or <@U0BEN>"
    assert my_extension.ask([f"<@U0{number}>" for number in range(9)]).count("<@") == 3
    assert "nobody is in SLACK_ADMINS yet" in my_extension.ask([])


def test_a_registered_one_says_since_when_and_where(quiet: Services) -> None:
    add(quiet, "102", **SINCE)
    store(quiet, registered("102"))
    shown = home(quiet)
    assert "🟢 102 · Bob" in shown
    assert f"Registered since {at_time().astimezone():%Y-%m-%d %H:%M}\nSnom at 192.0.2.7" in shown


def test_one_in_a_call_says_so(quiet: Services) -> None:
    add(quiet, "102", **SINCE)
    store(quiet, registered("102"), ringing(at=now().timestamp()), answered(at=now().timestamp()))
    shown = home(quiet)
    assert "📞 102 · Bob\nIn a call · registered since" in shown


def test_one_whose_phone_went_says_when_it_was_last_seen(quiet: Services) -> None:
    add(quiet, "102", **SINCE)
    assert "⚫ 102 · Bob\nNo phone has registered yet." in home(quiet)
    store(quiet, registered("102"), unregistered("102"))
    assert "⚫ 102 · Bob\nOffline. Your phone was last seen " in home(quiet)


def test_one_whose_phone_was_turned_away_does_not_read_that_none_has_come(quiet: Services) -> None:
    add(quiet, "102", **SINCE)
    store(quiet, registered("102"), unregistered("102", reason="locked out"))
    assert "⚫ 102 · Bob\nOffline. Its phone was turned away " in home(quiet)


def test_nobody_is_told_that_they_are_offline_while_nobody_knows(quiet: Services) -> None:
    add(quiet, "102", **SINCE)
    shown = home(quiet, asterisk="Asterisk does not answer at pbx:5038")
    assert "❔ 102 · Bob\nWhether your phone is registered is not known right now" in shown
    assert "pbx:5038" not in shown
    assert "The phone system is not heard from right now" in shown


def test_a_disabled_one_has_no_buttons_and_says_whom_to_ask(quiet: Services) -> None:
    add(quiet, "102", enabled=False, **SINCE)
    assert "🚫 102 · Bob\nIt is disabled: no phone can use it. Ask @U0ADA." in home(quiet)
    assert labels(phone_home(content(quiet))) == []


def test_one_that_asterisk_may_still_let_in_is_not_said_to_be_disabled(quiet: Services) -> None:
    add(quiet, "102", enabled=False, **SINCE | {"state": State.PENDING})
    shown = home(quiet)
    assert "🕓 102 · Bob\nIts last change has not reached the phone system yet." in shown
    assert "no phone can use it" not in shown


def test_one_that_is_being_deleted_says_so(quiet: Services) -> None:
    add(quiet, "102", **SINCE | {"state": State.DELETING})
    assert "It is being deleted." in home(quiet)
    assert labels(phone_home(content(quiet))) == []


def test_why_one_is_not_live_is_for_admins(quiet: Services) -> None:
    add(quiet, "102", **SINCE | {"state": State.FAILED, "reason": "pjsip.conf:12 has it already"})
    assert "pjsip.conf" not in home(quiet)
    assert "Its last change has not reached the phone system yet. If that stays so, ask @U0ADA." in home(
        quiet
    )
    assert "Refused: pjsip.conf:12 has it already." in home(quiet, is_admin=True)


def test_a_password_that_nobody_has_seen_can_be_shown_and_any_other_be_made_anew(quiet: Services) -> None:
    add(quiet, "102", employee_ref="standard:e1", **SINCE)
    assert labels(phone_home(content(quiet))) == ["New password"]
    hire(quiet)
    assert labels(phone_home(content(quiet))) == ["Show my password"]


def test_a_password_that_an_admin_has_handed_over_can_be_shown_to_its_owner_alone(quiet: Services) -> None:
    add(quiet, "102", **SINCE)
    with quiet.database.session() as session:
        (row,) = session.exec(select(Extension)).all()
        session.add(PasswordHandover(extension_id=row.id or 0, slack_user_id=BOB))
    assert labels(phone_home(content(quiet))) == ["Show my password"]
    with quiet.database.session() as session:
        session.exec(update(Extension).values(slack_user_id=EVE))
    assert labels(phone_home(content(quiet, EVE))) == ["New password"]


@pytest.mark.parametrize("values", [{"secret_shown_at": now()}, {"stage": Stage.LEFT}])
def test_a_password_is_not_shown_twice_nor_to_who_left(quiet: Services, values: dict[str, Any]) -> None:
    add(quiet, "102", employee_ref="standard:e1", **SINCE)
    hire(quiet, **values)
    assert labels(phone_home(content(quiet))) == ["New password"]


def test_extensions_of_others_have_no_buttons_in_a_home(quiet: Services) -> None:
    add(quiet, "102", **SINCE)
    assert labels(phone_home(content(quiet, EVE))) == []


def test_somebody_may_have_several(quiet: Services) -> None:
    for number in ("102", "103", "104", "105"):
        add(quiet, number, **SINCE)
    shown = home(quiet)
    assert "My extensions" in shown
    assert "… and 1 more of yours: /ext list shows all" in shown
