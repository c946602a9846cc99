"""Nobody is sent, shown or left with the password of a phone that is somebody else's by now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.onboarding import actions, activation, password, retention
from handlers.onboarding.context import OnboardingContext
from models.employee import Stage
from models.encryption import generate_secret
from models.fields import Changes, NewExtension
from models.types import now
from pbx import extensions
from tests.asterisk_bed import Asterisk, Phone, RegistrationFailed
from tests.handlers.onboarding.admin_actions import ADMIN, change, create, get, press, register
from tests.handlers.onboarding.events import employee, is_enabled
from tests.handlers.onboarding.hr_driver import HrDriver, joined, left
from tests.slack_stand_in import SlackStandIn

PETRA = {"name": "Petra Pan", "email": "petra@example.com"}
QUIRIN = {"name": "Quirin Quade", "email": "quirin@example.com"}


@pytest.fixture
def workspace(fresh_slack: SlackStandIn) -> SlackStandIn:
    fresh_slack.add_user("U0PETRA01", "petra", "petra@example.com")
    fresh_slack.add_user("U0QUIRIN1", "quirin", "quirin@example.com")
    return fresh_slack


def welcome(hr_driver: HrDriver, number: str = "100") -> None:
    """As if Asterisk had followed."""
    with hr_driver.context.services.database.session() as session:
        extension = get(hr_driver, number)
        extension.state = "live"  # type: ignore[assignment] # as the database has it
        session.add(extension)
    activation.send_welcomes(hr_driver.context)


def shown(hr_driver: HrDriver, user_id: str, external_id: str = "e1") -> bool:
    """Whether the button of their welcome shows a password."""
    number = str(employee(hr_driver.context, external_id).id)
    return actions.secret_view(hr_driver.context.services, user_id, number) is not None


def secret_of(hr_driver: HrDriver, number: str) -> str:
    cipher = hr_driver.context.services.cipher
    return cipher.decrypt(get(hr_driver, number).encrypted_secret).get_secret_value()


def give(hr_driver: HrDriver, number: str = "100", **more: Any) -> None:
    change(hr_driver, number, **{"name": QUIRIN["name"], "email": QUIRIN["email"]} | more)


def test_a_leaver_is_not_sent_the_welcome_of_their_successor(
    hr_driver: HrDriver, workspace: SlackStandIn
) -> None:
    hr_driver.deliver(joined(**PETRA))
    welcome(hr_driver)
    hr_driver.deliver(left())
    give(hr_driver, enabled=True)
    hr_driver.deliver(joined("e2", **QUIRIN))
    press(hr_driver, "It is 100 (Quirin Quade)")
    assert get(hr_driver, "100").slack_user_id is None
    welcome(hr_driver)
    assert get(hr_driver, "100").slack_user_id == "U0QUIRIN1"
    assert not shown(hr_driver, "U0PETRA01")
    assert not shown(hr_driver, "U0PETRA01", "e2")
    assert shown(hr_driver, "U0QUIRIN1", "e2")


def test_a_leaver_is_not_sent_it_either_when_the_number_was_freed_meanwhile(
    hr_driver: HrDriver, workspace: SlackStandIn
) -> None:
    hr_driver.deliver(joined(**PETRA))
    welcome(hr_driver)
    hr_driver.deliver(left())
    give(hr_driver)
    hr_driver.context.save(employee(hr_driver.context), left_at=now() - timedelta(days=99))
    retention.release_numbers(hr_driver.context)
    del workspace.workspace.users["U0QUIRIN1"]  # their account is not made yet
    hr_driver.deliver(joined("e2", **QUIRIN))
    assert get(hr_driver, "100").slack_user_id is None


def test_whose_slack_user_the_question_doubts_does_not_get_the_password(
    hr_driver: HrDriver, workspace: SlackStandIn
) -> None:
    create(hr_driver, "160", "Quirin Quade", email="quirin@example.com", slack_user_id="U0PETRA01")
    hr_driver.deliver(joined(**QUIRIN))
    press(hr_driver, "It is 160 (Quirin Quade)")
    welcome(hr_driver, "160")
    assert not shown(hr_driver, "U0PETRA01")
    assert shown(hr_driver, "U0QUIRIN1")


def test_whose_slack_user_turns_out_to_be_another_is_not_welcomed_and_the_admins_hear_of_it(
    hr_driver: HrDriver, workspace: SlackStandIn
) -> None:
    create(hr_driver, "160", "Quirin Quade", email="quirin@example.com", slack_user_id="U0PETRA01")
    account = workspace.workspace.users.pop("U0QUIRIN1")
    hr_driver.deliver(joined(**QUIRIN))
    workspace.workspace.users["U0QUIRIN1"] = account
    welcome(hr_driver, "160")
    assert "❔ Quirin Quade is not told of extension 160" in hr_driver.texts()[-1]


def test_whom_slack_knows_as_another_employee_is_not_welcomed(
    hr_driver: HrDriver, workspace: SlackStandIn
) -> None:
    hr_driver.deliver(joined(**PETRA))
    welcome(hr_driver)
    create(hr_driver, "160", "Zoe", email="zoe@example.com", slack_user_id="U0PETRA01")
    hr_driver.deliver(joined("e2", name="Zoe", email="zoe@example.com"))
    welcome(hr_driver, "160")
    assert "160 is set for the Slack user who was told of the phone of Petra Pan" in hr_driver.texts()[-1]


def test_an_extension_set_as_their_slack_users_keeps_that_user(
    hr_driver: HrDriver, workspace: SlackStandIn
) -> None:
    create(hr_driver, "160", "Desk", email="quirin@example.com", slack_user_id="U0QUIRIN1")
    hr_driver.deliver(joined(**QUIRIN))
    press(hr_driver, "It is 160 (Desk)")
    assert (get(hr_driver, "160").name, get(hr_driver, "160").slack_user_id) == ("Quirin Quade", "U0QUIRIN1")


def test_a_reassigned_extensions_password_is_not_shown_to_its_former_holder(
    hr_driver: HrDriver, workspace: SlackStandIn
) -> None:
    hr_driver.deliver(joined(**PETRA))
    welcome(hr_driver)
    give(hr_driver)
    assert not shown(hr_driver, "U0PETRA01")
    assert password.phone_of(hr_driver.context.services, employee(hr_driver.context).id or 0) is None


def test_who_left_is_shown_no_password_any_more(hr_driver: HrDriver, workspace: SlackStandIn) -> None:
    hr_driver.deliver(joined(**PETRA))
    welcome(hr_driver)
    hr_driver.deliver(left())
    assert not shown(hr_driver, "U0PETRA01")


def test_the_secret_of_who_left_does_not_come_back_with_the_number(
    context: OnboardingContext, fresh_asterisk: Asterisk
) -> None:
    hr_driver = HrDriver(context)
    hr_driver.deliver(joined(name="Rosa Rot", email="rosa@example.com"))
    old = secret_of(hr_driver, "100")
    with Phone("100", old, fresh_asterisk.sip_domain) as phone:
        phone.register()
        register(hr_driver, "100")
        hr_driver.deliver(left())
        hr_driver.deliver(joined("e2", name="Rosa Rosenow", email="rosa@example.com"))
        press(hr_driver, "It is 100 (Rosa Rot)")
        with pytest.raises(RegistrationFailed):
            phone.register()
    with Phone("100", secret_of(hr_driver, "100"), fresh_asterisk.sip_domain) as phone:
        phone.register()
    assert (get(hr_driver, "100").name, is_enabled(context)) == ("Rosa Rosenow", True)
    assert employee(context, "e2").stage is Stage.READY


def test_a_phone_that_works_since_is_not_taken_away_and_the_admins_read_who_knows_its_password(
    hr_driver: HrDriver,
) -> None:
    hr_driver.deliver(joined(**PETRA))
    hr_driver.deliver(left())
    give(hr_driver, enabled=True)
    register(hr_driver, "100")
    before = secret_of(hr_driver, "100")
    number = hr_driver.deliver(joined("e2", **QUIRIN))
    press(hr_driver, "It is 100 (Quirin Quade)")
    assert secret_of(hr_driver, "100") == before
    assert "Petra Pan, who left, still has the password of 100: /ext secret 100" in str(
        hr_driver.state(number)
    )


def test_a_secret_that_an_admin_has_made_since_stays(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**PETRA))
    hr_driver.deliver(left())
    give(hr_driver, secret=generate_secret())
    before = secret_of(hr_driver, "100")
    number = hr_driver.deliver(joined("e2", **QUIRIN))
    press(hr_driver, "It is 100 (Quirin Quade)")
    assert secret_of(hr_driver, "100") == before
    assert "who left" not in str(hr_driver.state(number))


def test_enabling_a_leavers_extension_warns_of_who_knows_its_password(hr_driver: HrDriver) -> None:
    services = hr_driver.context.services
    hr_driver.deliver(joined(**PETRA))
    hr_driver.deliver(left())
    known = "Petra Pan, who left, still has the password of 100: /ext secret 100 makes a new one"
    assert extensions.enable(services, "100", by=ADMIN).warnings == (known,)
    assert extensions.change(services, "100", Changes(notes="Desk"), by=ADMIN).warnings == ()
    extensions.disable(services, "100", by=ADMIN)
    extensions.rotate_secret(services, "100", by=ADMIN)
    assert extensions.enable(services, "100", by=ADMIN).warnings == ()
    extensions.create(services, NewExtension(number="105", name="Bob", enabled=False), by=ADMIN)
    assert extensions.enable(services, "105", by=ADMIN).warnings == ()
