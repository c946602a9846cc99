"""Pure: NAT in words, for Slack, the page and the command line."""

from __future__ import annotations

from collections.abc import Iterator

from handlers import wording
from handlers.outcome_wording import tried_again
from models.nat import Nat
from pbx.answers import NatStatus, TransportStatus
from pbx.config.admin_config import joined
from pbx.errors import ASTERISK_LOG

NOT_SET = "No external address is set: Asterisk tells every phone its own address"


def lines(status: NatStatus, command: str, verb: str = "") -> list[str]:
    """Return what is set and what came of it, a line each.

    `command`: how it is set from here, such as `/ext nat`; `verb`: what was asked for, such as “set”; empty: a look.
    """
    return [
        headline(status, verb),
        *changes(status, verb),
        *_not_live(status),
        *(f"• {each.name}: {transport(each)}" for each in shown_transports(status)),
        *(f"⚠️ {warning}" for warning in status.warnings),
        *_next_step(status, command, verb),
    ]


def headline(status: NatStatus, verb: str = "") -> str:
    """Say what is set and what came of it. `verb`: as lines() has it."""
    what = settings(status.nat) if status.nat else NOT_SET
    if not verb:
        return f"{what}." + (f" ❔ {wording.ended(status.error)}" if status.error else "")
    if status.error:
        return f"🕓 NAT is saved, not live yet. {wording.ended(status.error)}{tried_again(status.error)}"
    if status.is_done:
        return f"✅ NAT is {verb}. {what}."
    return f"❌ NAT is {verb} in the database, and Asterisk does not have it so everywhere. {what}."


def settings(nat: Nat) -> str:
    """Return `External address 203.0.113.7 for voice and signaling; local networks: 192.168.1.0/24`."""
    networks = ", ".join(nat.local_net) or "none"
    if nat.signaling == nat.external_media_address:
        addresses = f"{nat.signaling} for voice and signaling"
    else:
        addresses = f"{nat.external_media_address} for voice, {nat.signaling} for signaling"
    return f"External address {addresses}; local networks: {networks}"


def changes(status: NatStatus, verb: str) -> Iterator[str]:
    """Yield what a change has changed."""
    if verb and status.changes is not None:
        changed = wording.differences(status.changes)
        yield f"Changed: {changed}." if changed else "Nothing to change, it was so already."


def _not_live(status: NatStatus) -> Iterator[str]:
    if status.not_live:
        yield f"⚠️ {wording.not_live(status.not_live)}: see /ext status"


def shown_transports(status: NatStatus) -> list[TransportStatus]:
    """Leave out, where nothing is set, the transports that have nothing."""
    return [each for each in status.transports if status.nat or each.own or each.faults]


def transport(transport: TransportStatus) -> str:
    """Say what a transport has of it, and whether Asterisk took it."""
    if transport.own:
        return (
            f"left as it is; you wrote NAT options of its own at {joined(transport.own)}, and those "
            "count. To have these here instead, take them out there"
        )
    if transport.obstacle:
        return f"not written there, as {transport.obstacle}"
    if transport.faults:
        return f"Asterisk shows something else: {'; '.join(transport.faults)}"
    if transport.is_verified:
        return "verified in Asterisk"
    return (
        "in pjsip.conf, not verified yet: Asterisk shows a transport by an extension that uses it, and "
        "none does"
    )


def _next_step(status: NatStatus, command: str, verb: str) -> Iterator[str]:
    option = "--" if command.startswith("flask") else ""
    if not verb and status.nat is None:
        yield f"If phones outside hear nothing: {command} set {option}media=<your public address> {option}local=192.168.1.0/24"
    if faults := refused(status, f"{command} clear"):
        yield faults


def refused(status: NatStatus, clear: str) -> str:
    """Say what to do where Asterisk shows something else; empty: it does not. `clear`: what takes the values out."""
    if not any(each.faults for each in status.transports):
        return ""
    return (
        f"It is written at every publish. If it stays so, Asterisk's log ({ASTERISK_LOG}) says why. Do not "
        f"restart Asterisk before that: started on values that it refuses, it has no transport at all. {clear} "
        "takes them out"
    )
