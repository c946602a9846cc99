"""Asks Asterisk itself what it has."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from pbx import dialplan, pjsip, pjsip_differences, voicemail
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.config.blocks import Blocks
from pbx.publishing.plan import ExtensionChange, Plan
from pbx.publishing.progress import Step, Told, untold

FoundT = TypeVar("FoundT")
# Seconds until a difference counts: a reload may still be queued when Asterisk answers it.
TIMEOUT_SECONDS = 3.0
ASKED_AT_ONCE = 200  # extensions
FIRST_PAUSE = 0.005  # seconds; each pause is twice as long as the one before


def until_right(look: Callable[[], FoundT], is_wrong: Callable[[FoundT], bool]) -> FoundT:
    """Look until nothing is wrong any more, as a reload may still be queued, and return what was seen last."""
    pause, deadline = FIRST_PAUSE, time.monotonic() + TIMEOUT_SECONDS
    while is_wrong(found := look()) and (remaining := deadline - time.monotonic()) > 0:
        time.sleep(min(pause, remaining))
        pause *= 2
    return found


def faults(
    asterisk: Client,
    changes: Sequence[ExtensionChange],
    transports: Mapping[str, str],
    *,
    all_mailboxes: bool = True,
    told: Told = untold,
) -> dict[str, list[str]]:
    """Return number → what Asterisk shows differently; an empty list: every value is there.

    `all_mailboxes`: if not, one counts only where it is to be there for the first time. One that is lost, or left, takes
    back no new secret and lets nobody in again. `told`: how many are as they should be. Raises AsteriskUnavailable.
    """
    found: dict[str, list[str]] = {}

    def look() -> dict[str, list[str]]:
        unverified = [change for change in changes if found.get(change.row.number) != []]
        for start in range(0, len(unverified), ASKED_AT_ONCE):
            told(Step.VERIFYING, sum(not each for each in found.values()), len(changes))
            some = unverified[start : start + ASKED_AT_ONCE]
            found.update(ask(asterisk, some, transports, all_mailboxes=all_mailboxes))
        return found

    return until_right(look, lambda found: any(found.values())) if changes else found


def endpoints_differ(
    asterisk: Client, changes: Sequence[ExtensionChange], transports: Mapping[str, str]
) -> bool:
    answers = asterisk.ask_all([pjsip.show_action(change.row.number) for change in changes])
    return any(
        _endpoint_faults(change, answer, transports) for change, answer in zip(changes, answers, strict=True)
    )


def ask(
    asterisk: Client,
    changes: Sequence[ExtensionChange],
    transports: Mapping[str, str],
    *,
    all_mailboxes: bool = True,
) -> dict[str, list[str]]:
    """Ask once; as faults(), without waiting for a reload that may still be queued."""
    endpoints = asterisk.ask_all([pjsip.show_action(change.row.number) for change in changes])
    extens = asterisk.ask_all(
        [dialplan.show_action(change.row.context, change.row.number) for change in changes]
    )
    found = {
        change.row.number: _endpoint_faults(change, shown, transports) + _exten_faults(change, events)
        for change, shown, events in zip(changes, endpoints, extens, strict=True)
    }
    checked = [change for change in changes if all_mailboxes or change.begins_mailbox]
    for number, fault in _mailbox_faults(asterisk, checked).items():
        found[number].append(fault)
    return found


def mailboxes_differ(asterisk: Client, todo: Plan, there: Blocks) -> bool:
    """Return whether voicemail.conf is to be loaded: its text changes, or Asterisk shows other mailboxes."""
    return todo.blocks.voicemail != there.voicemail or bool(_mailbox_faults(asterisk, todo.changes))


def _mailbox_faults(asterisk: Client, changes: Sequence[ExtensionChange]) -> dict[str, str]:
    """Return number → what is wrong with its mailbox, of those that have one, are to have one, or had one."""
    rows = [change.row for change in changes if change.row.voicemail_enabled or change.row.has_voicemail]
    wanted = {change.row.number: change.endpoint.mailbox for change in changes if change.endpoint}
    addresses = [voicemail.address(row.number, row.created_at) for row in rows]
    answers = asterisk.ask_all(map(voicemail.show_action, addresses))
    return {
        row.number: f"the mailbox {address} is {'still there' if is_shown else 'not there'}"
        for row, address, answer in zip(rows, addresses, answers, strict=True)
        if (is_shown := voicemail.is_shown(answer)) != bool(wanted.get(row.number))
    }


def _endpoint_faults(
    change: ExtensionChange, answer: list[Message], transports: Mapping[str, str]
) -> list[str]:
    exists = answer[0].get("Response") == "Success"
    if change.endpoint is None:
        return (
            [f"endpoint {change.row.number} is still there"]
            if exists and not change.hand_written_endpoint
            else []
        )
    if not exists:
        return [f"there is no endpoint {change.row.number}"]
    return list(pjsip_differences.differences(change.endpoint, transports, answer))


def _exten_faults(change: ExtensionChange, events: list[Message]) -> list[str]:
    exten = dialplan.hint_alone(change.row.number, change.row.context)
    if change.endpoint is None:
        is_gone = change.has_hand_written_exten or exten.is_absent(events)
        return [] if is_gone else [f"the dialplan still has {exten.exten}@{exten.context}"]
    if change.exten is None or change.exten.is_shown(events):
        return []
    what = "with its hint" if change.exten.steps else "as a hint, which busy lamps (BLF) watch"
    return [f"the dialplan does not have {exten.exten}@{exten.context} {what}"]
