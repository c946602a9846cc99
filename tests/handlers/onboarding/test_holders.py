"""Nobody is sent, shown or left with the password of a phone that is somebody else's by now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.onboarding import actions, first_day, password
from handlers.onboarding.office import Office
from models.employee import Stage
from models.fields import Changes, NewExtension, generate_secret
from models.types import now
from pbx import extensions
from tests.asterisk_bed import Asterisk, Phone, RegistrationFailed
from tests.handlers.onboarding.admins import ADMIN, change, create, get, press, register
from tests.handlers.onboarding.clerk import Clerk, joined, left
from tests.handlers.onboarding.hiring import employee, is_enabled
from tests.slack_stand_in import SlackStandIn

PETRA = {"name": "Petra Pan", "email": "petra@example.com"}
QUIRIN = {"name": "Quirin Quade", "email": "quirin@example.com"}


@pytest.fixture
def workspace(fresh_slack: SlackStandIn) -> SlackStandIn:
    fresh_slack.add_user("U0PETRA01", "petra", "petra@example.com")
    fresh_slack.add_user("U0QUIRIN1", "quirin", "quirin@example.com")
    return fresh_slack


def welcome(clerk: Clerk, number: str = "100") -> None:
    """As if Asterisk had followed."""
    with clerk.office.system.database.session() as session:
        extension = get(clerk, number)
        extension.state = "live"  # type: ignore[assignment] # as the database has it
        session.add(extension)
    first_day.tell_those_who_are_ready(clerk.office)


def shown(clerk: Clerk, user_id: str, external_id: str = "e1") -> bool:
    """Whether the button of their welcome shows a password."""
    number = str(employee(clerk.office, external_id).id)
    return actions.secret_view(clerk.office.system, user_id, number) is not None


def secret_of(clerk: Clerk, number: str) -> str:
    box = clerk.office.system.box
    return box.open(get(clerk, number).sealed_secret).get_secret_value()


def give(clerk: Clerk, number: str = "100", **more: Any) -> None:
    change(clerk, number, **{"name": QUIRIN["name"], "email": QUIRIN["email"]} | more)


def test_a_leaver_is_not_sent_the_welcome_of_their_successor(clerk: Clerk, workspace: SlackStandIn) -> None:
    clerk.hand_in(joined(**PETRA))
    welcome(clerk)
    clerk.hand_in(left())
    give(clerk, enabled=True)
    clerk.hand_in(joined("e2", **QUIRIN))
    press(clerk, "It is 100 (Quirin Quade)")
    assert get(clerk, "100").slack_user_id is None
    welcome(clerk)
    assert get(clerk, "100").slack_user_id == "U0QUIRIN1"
    assert not shown(clerk, "U0PETRA01")
    assert not shown(clerk, "U0PETRA01", "e2")
    assert shown(clerk, "U0QUIRIN1", "e2")


def test_a_leaver_is_not_sent_it_either_when_the_number_was_freed_meanwhile(
    clerk: Clerk, workspace: SlackStandIn
) -> None:
    clerk.hand_in(joined(**PETRA))
    welcome(clerk)
    clerk.hand_in(left())
    give(clerk)
    clerk.office.save(employee(clerk.office), left_at=now() - timedelta(days=99))
    first_day.free_numbers(clerk.office)
    del workspace.workspace.users["U0QUIRIN1"]  # their account is not made yet
    clerk.hand_in(joined("e2", **QUIRIN))
    assert get(clerk, "100").slack_user_id is None


def test_whose_slack_user_the_question_doubts_does_not_get_the_password(
    clerk: Clerk, workspace: SlackStandIn
) -> None:
    create(clerk, "160", "Quirin Quade", email="quirin@example.com", slack_user_id="U0PETRA01")
    clerk.hand_in(joined(**QUIRIN))
    press(clerk, "It is 160 (Quirin Quade)")
    welcome(clerk, "160")
    assert not shown(clerk, "U0PETRA01")
    assert shown(clerk, "U0QUIRIN1")


def test_whose_slack_user_turns_out_to_be_another_is_not_welcomed_and_the_admins_hear_of_it(
    clerk: Clerk, workspace: SlackStandIn
) -> None:
    create(clerk, "160", "Quirin Quade", email="quirin@example.com", slack_user_id="U0PETRA01")
    account = workspace.workspace.users.pop("U0QUIRIN1")
    clerk.hand_in(joined(**QUIRIN))
    workspace.workspace.users["U0QUIRIN1"] = account
    welcome(clerk, "160")
    assert "❔ Quirin Quade is not told of extension 160" in clerk.told()[-1]


def test_whom_slack_knows_as_another_employee_is_not_welcomed(clerk: Clerk, workspace: SlackStandIn) -> None:
    clerk.hand_in(joined(**PETRA))
    welcome(clerk)
    create(clerk, "160", "Zoe", email="zoe@example.com", slack_user_id="U0PETRA01")
    clerk.hand_in(joined("e2", name="Zoe", email="zoe@example.com"))
    welcome(clerk, "160")
    assert "160 is set for the Slack user who was told of the phone of Petra Pan" in clerk.told()[-1]


def test_who_is_theirs_in_slack_stays_so(clerk: Clerk, workspace: SlackStandIn) -> None:
    create(clerk, "160", "Desk", email="quirin@example.com", slack_user_id="U0QUIRIN1")
    clerk.hand_in(joined(**QUIRIN))
    press(clerk, "It is 160 (Desk)")
    assert (get(clerk, "160").name, get(clerk, "160").slack_user_id) == ("Quirin Quade", "U0QUIRIN1")


@pytest.mark.parametrize("given", [{}, {"email": "petra@example.com"}, {"name": "Petra Pan"}])
def test_what_was_given_to_somebody_else_is_not_shown_to_who_had_it(
    clerk: Clerk, workspace: SlackStandIn, given: dict[str, str]
) -> None:
    clerk.hand_in(joined(**PETRA))
    welcome(clerk)
    give(clerk, **given)
    assert not shown(clerk, "U0PETRA01")
    assert password.phone_of(clerk.office.system, employee(clerk.office).id or 0) is None


def test_who_left_is_shown_no_password_any_more(clerk: Clerk, workspace: SlackStandIn) -> None:
    clerk.hand_in(joined(**PETRA))
    welcome(clerk)
    clerk.hand_in(left())
    assert not shown(clerk, "U0PETRA01")


def test_the_secret_of_who_left_does_not_come_back_with_the_number(
    office: Office, fresh_asterisk: Asterisk
) -> None:
    clerk = Clerk(office)
    clerk.hand_in(joined(name="Rosa Rot", email="rosa@example.com"))
    old = secret_of(clerk, "100")
    with Phone("100", old, fresh_asterisk.sip_domain) as phone:
        phone.register()
        register(clerk, "100")
        clerk.hand_in(left())
        clerk.hand_in(joined("e2", name="Rosa Rosenow", email="rosa@example.com"))
        press(clerk, "It is 100 (Rosa Rot)")
        with pytest.raises(RegistrationFailed):
            phone.register()
    with Phone("100", secret_of(clerk, "100"), fresh_asterisk.sip_domain) as phone:
        phone.register()
    assert (get(clerk, "100").name, is_enabled(office)) == ("Rosa Rosenow", True)
    assert employee(office, "e2").stage is Stage.READY


def test_a_phone_that_works_since_is_not_taken_away_and_the_admins_read_who_knows_its_password(
    clerk: Clerk,
) -> None:
    clerk.hand_in(joined(**PETRA))
    clerk.hand_in(left())
    give(clerk, enabled=True)
    register(clerk, "100")
    before = secret_of(clerk, "100")
    number = clerk.hand_in(joined("e2", **QUIRIN))
    press(clerk, "It is 100 (Quirin Quade)")
    assert secret_of(clerk, "100") == before
    assert "Petra Pan, who left, still has the password of 100: /ext secret 100" in str(clerk.state(number))


def test_a_secret_that_an_admin_has_made_since_stays(clerk: Clerk) -> None:
    clerk.hand_in(joined(**PETRA))
    clerk.hand_in(left())
    give(clerk, secret=generate_secret())
    before = secret_of(clerk, "100")
    number = clerk.hand_in(joined("e2", **QUIRIN))
    press(clerk, "It is 100 (Quirin Quade)")
    assert secret_of(clerk, "100") == before
    assert "who left" not in str(clerk.state(number))


def test_whoever_lets_in_a_phone_of_who_left_is_told_who_knows_its_password(clerk: Clerk) -> None:
    system = clerk.office.system
    clerk.hand_in(joined(**PETRA))
    clerk.hand_in(left())
    known = "Petra Pan, who left, still has the password of 100: /ext secret 100 makes a new one"
    assert extensions.enable(system, "100", by=ADMIN).warnings == (known,)
    assert extensions.change(system, "100", Changes(notes="Desk"), by=ADMIN).warnings == ()
    extensions.disable(system, "100", by=ADMIN)
    extensions.rotate_secret(system, "100", by=ADMIN)
    assert extensions.enable(system, "100", by=ADMIN).warnings == ()
    extensions.create(system, NewExtension(number="105", name="Bob", enabled=False), by=ADMIN)
    assert extensions.enable(system, "105", by=ADMIN).warnings == ()
