"""Which numbers are not called from Slack, whatever the dialplan would do."""

from __future__ import annotations

import pytest

from pbx.originate import DIALABLE, emergency_number

EMERGENCIES = ("112", "911")


@pytest.mark.parametrize("exten", ["112", "+112", "9112", "00112", "911", "9911"])
def test_an_emergency_number_is_one_also_behind_what_leads_to_the_outside(exten: str) -> None:
    assert emergency_number(exten, EMERGENCIES, is_ours=False) in EMERGENCIES


@pytest.mark.parametrize(
    "exten", ["*112", "112#", "112*", "*112#", "*31#112", "*31#0112", "*21*112#", "#112"]
)
def test_it_is_one_also_among_service_codes(exten: str) -> None:
    assert emergency_number(exten, EMERGENCIES, is_ours=False) == "112"


@pytest.mark.parametrize("exten", ["000112", "0049112", "+49112", "+353112", "00353112"])
def test_it_is_one_also_behind_zeros_and_a_countrys_code(exten: str) -> None:
    assert emergency_number(exten, EMERGENCIES, is_ours=False) == "112"


@pytest.mark.parametrize("exten", ["5551911", "0301112", "+4930555112", "*981112", "1121"])
def test_a_number_of_which_it_is_only_the_end_is_none(exten: str) -> None:
    assert emergency_number(exten, EMERGENCIES, is_ours=False) is None


@pytest.mark.parametrize(("exten", "is_ours"), [("102", False), ("1112", True), ("030555112", False)])
def test_an_extension_or_a_long_number_that_ends_so_is_none(exten: str, is_ours: bool) -> None:
    assert emergency_number(exten, EMERGENCIES, is_ours) is None


@pytest.mark.parametrize("text", ["", "+", "102\n", "102,1", "h", "i", "102@x", "${X}", "1" * 41, "1-2"])
def test_only_what_a_phone_can_dial_is_dialled(text: str) -> None:
    assert DIALABLE.fullmatch(text) is None
