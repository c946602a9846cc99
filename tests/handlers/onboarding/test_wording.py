"""What admins read of onboarding is so, and says what to do."""

from __future__ import annotations

import pytest

from handlers.onboarding import decisions
from models.extension_range import ExtensionRange
from models.fields import NewExtension
from pbx import extensions
from pbx.errors import Refusal
from tests.handlers.onboarding.admin_actions import ADMIN, create
from tests.handlers.onboarding.hr_driver import HrDriver, left


def test_admins_read_why_a_name_that_hr_told_is_none(hr_driver: HrDriver) -> None:
    hr_driver.deliver({"kind": "joined", "external_id": "e1", "name": "x" * 81})
    hr_driver.ask()
    assert "name: " in hr_driver.texts()[0]


def test_a_department_without_a_number_left_names_its_own_setting(hr_driver: HrDriver) -> None:
    create(hr_driver, "300")
    only = ExtensionRange("300-300")
    with pytest.raises(Refusal, match="or have HR_DEPARTMENT_RANGES widened"):
        extensions.save_new(hr_driver.context.system, NewExtension(name="Alice"), only, by=ADMIN)


def test_who_answers_what_is_being_carried_out_is_told_so(hr_driver: HrDriver) -> None:
    create(hr_driver, "105", name="Dave", email="carol@example.com")
    number = hr_driver.deliver(left(name="Carol", email="carol@example.com"))
    decisions.answer(hr_driver.context.system, number, "new", ADMIN)
    with pytest.raises(Refusal, match="is being carried out already"):
        decisions.ignore(hr_driver.context.system, number, ADMIN)
