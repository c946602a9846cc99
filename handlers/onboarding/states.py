"""Pure: the stages of an employee and the states of an HR delivery, and what moves each of them to the next."""

from __future__ import annotations

from enum import StrEnum

from models.employee import Employee, Stage
from models.hr_delivery import DeliveryState

INITIAL = Stage.RESERVED  # of an employee who is new to us


class Trigger(StrEnum):
    """What moves an employee from one stage to the next."""

    JOINED = "joined"  # HR: they work here, from today or since before
    JOINS_LATER = "joins_later"  # HR: their first day is yet to come
    STARTED = "started"  # the first day has come, or HR has moved it to today
    POSTPONED = "postponed"  # HR has moved the first day into the future
    RECOGNIZED = "recognized"  # they had an extension, and somebody has its password, before HR told of them
    WELCOMED = "welcomed"  # the message with the way to the password is enqueued
    LEFT = "left"  # HR: they have left
    EXTENSION_DELETED = "extension_deleted"  # by hand, or it is another's by now
    RETENTION_ENDED = "retention_ended"  # the number was kept as long as HR_KEEP_DAYS says


# Trigger: the stages that it applies to → the stage that it leads to.
EMPLOYEE_TRANSITIONS: dict[Trigger, tuple[frozenset[Stage], Stage]] = {
    Trigger.JOINED: (frozenset(Stage) - {Stage.WELCOMED}, Stage.READY),
    Trigger.JOINS_LATER: (frozenset(Stage) - {Stage.WELCOMED}, Stage.RESERVED),
    Trigger.STARTED: (frozenset({Stage.RESERVED}), Stage.READY),
    Trigger.POSTPONED: (frozenset({Stage.READY}), Stage.RESERVED),
    Trigger.RECOGNIZED: (frozenset({Stage.RESERVED, Stage.READY}), Stage.WELCOMED),
    Trigger.WELCOMED: (frozenset({Stage.READY}), Stage.WELCOMED),
    Trigger.LEFT: (frozenset(Stage), Stage.LEFT),
    Trigger.EXTENSION_DELETED: (frozenset(Stage) - {Stage.RELEASED}, Stage.RELEASED),
    Trigger.RETENTION_ENDED: (frozenset({Stage.LEFT}), Stage.RELEASED),
}

# A delivery's state → the states that may follow. DONE and IGNORED are final.
DELIVERY_TRANSITIONS: dict[DeliveryState, frozenset[DeliveryState]] = {
    # Carried out, put off, or given to whoever can say more.
    DeliveryState.WAITING: frozenset(DeliveryState),
    # HR or an admin has told them, the person has left meanwhile, or HR is asked once more later.
    DeliveryState.NEEDS_DETAILS: frozenset(
        {DeliveryState.WAITING, DeliveryState.IGNORED, DeliveryState.NEEDS_DETAILS}
    ),
    # An admin has answered, or later news have overtaken the question.
    DeliveryState.NEEDS_CHOICE: frozenset({DeliveryState.WAITING, DeliveryState.IGNORED}),
    DeliveryState.FAILED: frozenset({DeliveryState.WAITING, DeliveryState.IGNORED}),
    DeliveryState.DONE: frozenset(),
    DeliveryState.IGNORED: frozenset(),
}


class IllegalTransition(Exception):
    """The table does not have this step."""


def applies(employee: Employee, trigger: Trigger) -> bool:
    """Return whether the table has this step from where the employee stands."""
    return employee.stage in EMPLOYEE_TRANSITIONS[trigger][0]


def transition(employee: Employee, trigger: Trigger) -> None:
    """Move an employee to the stage that the trigger leads to. Raises IllegalTransition."""
    if not applies(employee, trigger):
        raise IllegalTransition(f"an employee who is {employee.stage} cannot be moved by {trigger}")
    employee.stage = EMPLOYEE_TRANSITIONS[trigger][1]


def require_delivery_transition(origin: DeliveryState, target: DeliveryState) -> None:
    """Raise IllegalTransition when a delivery in one state cannot get into the other."""
    if target not in DELIVERY_TRANSITIONS[origin]:
        raise IllegalTransition(f"an HR delivery that is {origin} cannot become {target}")
