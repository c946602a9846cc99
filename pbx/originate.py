"""Calls that somebody asks for: Asterisk rings their own phone, then has the dialplan of its context call the number."""

from __future__ import annotations

import re
import secrets

from models.extension import Extension
from pbx import dialplan, pjsip
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.asked_calls import ASKED, OWN_PHONE_SECONDS
from pbx.errors import Refusal
from pbx.manager_user import write
from pbx.services import Services

DIALABLE = re.compile(r"\+?[0-9*#]{1,40}")
SHOWABLE = re.compile(r"[\w .-]{1,80}")  # names that need no quoting in a header of AMI
# What may stand before an emergency number: zeros and up to two digits, as for a line to the outside, or a country's code
PREFIX = r"(0*[0-9]{0,2}|(\+|0*00)[0-9]{0,3})"


def new_linkedid() -> str:
    """Return the Uniqueid for the first channel of a call that is asked for, and so the Linkedid of all of it."""
    return f"{ASKED}{secrets.token_hex(8)}"


def call(services: Services, row: Extension, exten: str, name: str, linkedid: str) -> None:
    """Ring the extension's phone, then call a number as if that phone had dialled it.

    `name`: of who is called, for the phone's display, or empty. Returns when Asterisk has taken it up; what becomes of
    it are events of `linkedid`. Raises Refusal, AsteriskUnavailable.
    """
    context = str((row.last_verified or {}).get("context", row.context))
    with connected(services.settings) as asterisk:
        _must_be_allowed(asterisk, services.settings.ami_username)
        _must_have_phone(asterisk, row)
        _must_lead_somewhere(asterisk, row, context, exten)
        answer = asterisk.ask_all([_action(row.number, context, exten, name, linkedid)])[0][0]
    if answer.get("Response") != "Success":
        raise Refusal(f"Asterisk does not make this call: {answer.get('Message', 'it does not say why')}")


def emergency_number(exten: str, numbers: tuple[str, ...], is_ours: bool) -> str | None:
    """Return the emergency number that this is, perhaps behind what leads to the outside; None: it is none.

    Service codes around it (`*31#112`, `112#`) are for the trunk: what stands between `*` and `#` is what would be called.
    """
    parts = [exten] if is_ours else re.split("[*#]", exten)
    prefix = r"\+?" if is_ours else PREFIX
    return next((each for each in numbers for part in parts if re.fullmatch(prefix + each, part)), None)


def _must_be_allowed(asterisk: Client, username: str) -> None:
    """Raise Refusal where the manager user lacks the right, which is none of the least."""
    if "Originate" not in asterisk.ask_all([{"Action": "ListCommands"}])[0][0]:
        raise Refusal(
            "calls from Slack are not switched on: whoever runs the phone system types sudo .venv/bin/flask init --calls where "
            f"Switchhook is installed, or adds originate to write= of [{username}] in manager.conf "
            f'(write = {",".join(write(calls=True))}), then asterisk -rx "manager reload"'
        )


def _must_have_phone(asterisk: Client, row: Extension) -> None:
    shown = asterisk.ask_all([pjsip.show_action(row.number)])[0]
    if not row.has_phones or not any(each.get("Event") == "ContactStatusDetail" for each in shown):
        raise Refusal(
            f"your phone {row.number} is not registered, so it cannot ring: switch it on, then try again"
        )


def _must_lead_somewhere(asterisk: Client, row: Extension, context: str, exten: str) -> None:
    shown = asterisk.ask_all([dialplan.show_action(context, exten)])[0]
    if not any(each.get("Priority") == "1" for each in shown):
        raise Refusal(
            f"{row.number} may not call {exten}: the dialplan of its context {context} has no such number"
        )


def _action(number: str, context: str, exten: str, name: str, linkedid: str) -> dict[str, str]:
    """Return the action. Its own CallerID would be seen by who is called, too; the display is a variable instead."""
    shown = [f"CONNECTEDLINE(num,i)={exten}"]
    if SHOWABLE.fullmatch(name):
        shown.append(f"CONNECTEDLINE(name,i)={name}")
    return {
        "Action": "Originate",
        "Channel": f"PJSIP/{number}",
        "Context": context,
        "Exten": exten,
        "Priority": "1",
        "Timeout": str(OWN_PHONE_SECONDS * 1000),
        "Variable": ",".join(shown),
        "ChannelId": linkedid,
        "Async": "true",
    }
