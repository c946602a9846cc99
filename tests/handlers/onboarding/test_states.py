"""The tables of stages and states: all are reachable, and nothing goes past the tables."""

from __future__ import annotations

import ast

import pytest

from handlers.onboarding import inbox, states
from handlers.onboarding.states import (
    DELIVERY_TRANSITIONS,
    EMPLOYEE_TRANSITIONS,
    INITIAL,
    IllegalTransition,
    Trigger,
    transition,
)
from models import put_back
from models.employee import Employee, Stage
from models.hr_delivery import DeliveryState
from tests.modules import dotted, modules, tree_of


def employee_at(stage: Stage) -> Employee:
    return Employee(source="standard", external_id="e1", stage=stage)


def test_every_stage_can_be_reached() -> None:
    reached = {INITIAL}
    for _ in Stage:
        reached |= {target for origins, target in EMPLOYEE_TRANSITIONS.values() if origins & reached}
    assert reached == set(Stage)


def test_every_state_of_a_delivery_can_be_reached() -> None:
    reached = {DeliveryState.WAITING}
    for _ in DeliveryState:
        reached |= {target for origin in reached for target in DELIVERY_TRANSITIONS[origin]}
    assert reached == set(DeliveryState)


def test_every_trigger_is_in_the_table_and_every_state_of_a_delivery() -> None:
    assert set(EMPLOYEE_TRANSITIONS) == set(Trigger)
    assert set(DELIVERY_TRANSITIONS) == set(DeliveryState)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("trigger", Trigger)
def test_a_step_that_the_table_does_not_have_is_refused(stage: Stage, trigger: Trigger) -> None:
    employee, (origins, target) = employee_at(stage), EMPLOYEE_TRANSITIONS[trigger]
    if stage in origins:
        transition(employee, trigger)
        assert employee.stage is target
    else:
        with pytest.raises(IllegalTransition, match=f"who is {stage} cannot be moved by {trigger}"):
            transition(employee, trigger)
        assert employee.stage is stage


def test_a_finished_deliverys_state_is_final() -> None:
    with pytest.raises(IllegalTransition, match="that is done cannot become waiting"):
        states.require_delivery_transition(DeliveryState.DONE, DeliveryState.WAITING)


def test_nothing_else_sets_the_stage_of_an_employee() -> None:
    nodes = [(dotted(module), node) for module in modules() for node in ast.walk(tree_of(module))]
    assigning = {
        module
        for module, node in nodes
        if isinstance(node, ast.Attribute) and node.attr == "stage" and isinstance(node.ctx, ast.Store)
    }
    assert assigning == {dotted_name(states)}
    given = {
        ast.unparse(node.value) for _, node in nodes if isinstance(node, ast.keyword) and node.arg == "stage"
    }
    assert given == {"INITIAL"}


def test_nothing_but_the_inbox_updates_deliveries_and_what_puts_those_of_an_older_database_aside() -> None:
    nodes = [(module, node) for module in modules() for node in ast.walk(tree_of(module))]
    calls = [(dotted(module), ast.unparse(node)) for module, node in nodes if isinstance(node, ast.Call)]
    assert {module for module, call in calls if call == "update(HrDelivery)"} == {
        dotted_name(inbox),
        dotted_name(put_back),
    }
    assigning = {
        str(module)
        for module, node in nodes
        if isinstance(node, ast.Attribute) and node.attr == "state" and isinstance(node.ctx, ast.Store)
    }
    assert not [module for module in assigning if module.startswith("handlers")]


def dotted_name(module: object) -> str:
    return str(getattr(module, "__name__", ""))
