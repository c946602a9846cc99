"""Checks of one number's phones: do they log in, are they there, and can they be reached."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.audit import AuditEntry
from models.event import Event, EventKind, not_before
from models.extension import Extension
from models.types import now
from pbx import pjsip, presence
from pbx.ami import connected
from pbx.ami_messages import Message
from pbx.contact_status import Contact, contact
from pbx.contacts import contacts_of
from pbx.doctor.findings import Finding
from pbx.doctor.one_number import OneNumber
from pbx.nat_warnings import is_private, is_public
from pbx.resolver import address_towards

LOOK_BACK = timedelta(hours=1)
OVER = timedelta(minutes=5)  # a phone with a wrong secret tries again sooner, and is not registered for long
SLOW_MS = 500
UNREACHABLE = "Unreachable"
# reason of a failed login → what it means, and what to do
LOGIN_REMEDIES = {
    "wrong secret": (
        "the password was wrong",
        "type the password of {number} into that phone; if it is lost: /ext secret {number}",
    ),
    "unknown account": (
        "Asterisk had no {number} then, or the user in the phone is another one",
        "have the phone try again; its user has to be {number}, and nothing else",
    ),
    "address not allowed": (
        "an ACL of Asterisk's keeps that address out",
        "let the address in: acl.conf, or deny and permit in pjsip.conf",
    ),
}


def logins(subject: OneNumber) -> Iterator[Finding]:
    """Find logins as this number that failed, and from where, unless a phone has logged in from there since."""
    row = subject.row
    here = {phone.address for phone in contacts_of(subject.services.settings, row.number) if phone.reachable}
    with subject.services.database.session() as session:
        failed = [each for each in _failed_logins(session, row) if not _is_over(each, here)]
    by_cause: dict[tuple[str, str], list[Event]] = {}
    for each in failed:
        by_cause.setdefault((each.address, each.reason), []).append(each)
    for (address, reason), events in by_cause.items():
        yield _login_finding(row.number, address, reason, events)


def _failed_logins(session: Session, row: Extension) -> list[Event]:
    since = max(now() - LOOK_BACK, row.created_at)
    failed = session.exec(select(Event).where(Event.kind == EventKind.LOGIN_FAILED, *not_before(since))).all()
    known = presence.phones_of(session, [row.number]).get(row.number, [])
    back = {phone.address: phone.since for phone in known if phone.registered}
    return [
        each
        for each in failed
        if row.number in [each.number, *(each.accounts or [])]
        and not (each.address in back and each.at <= back[each.address])
    ]


def _is_over(failed: Event, here: Collection[str]) -> bool:
    """Return whether a phone is there by now: one that was away for a moment leaves no event of its coming back."""
    return failed.address in here and failed.at < now() - OVER


def _login_finding(number: str, address: str, reason: str, events: list[Event]) -> Finding:
    cause, remedy = (text.format(number=number) for text in LOGIN_REMEDIES.get(reason, (reason, reason)))
    last = max(each.at for each in events).astimezone().strftime("%H:%M:%S")
    return Finding(
        "",
        f"logins as {number} from {address} failed within the last hour, at {last} the last time ({cause})",
        "a phone there is not registered; or, if it is none of yours, somebody guesses passwords",
        f"{remedy}; if you do not know the address, keep it out: a firewall, or fail2ban",
    )


def registered(subject: OneNumber) -> Iterator[Finding]:
    """Find that no phone is registered, and since when."""
    row, settings = subject.row, subject.services.settings
    if contacts_of(settings, row.number):
        return
    with subject.services.database.session() as session:
        phone = presence.last_phone(session, row.number, row.created_at)
        new_secret_at = _last_new_secret(session, row)
    why = f"who calls {row.number} reaches nobody"
    if new_secret_at and (phone is None or phone.since < new_secret_at):
        yield Finding(
            "",
            f"no phone of {row.number} is registered since it got a new password at {_clock(new_secret_at)}",
            why,
            f"type the new password into the phone; if it is lost: /ext secret {row.number}",
        )
        return
    last = f"the last one, at {phone.address}, went at {_clock(phone.since)}" if phone else "none was yet"
    yield Finding(
        "",
        f"no phone of {row.number} is registered; {last}",
        why,
        f"is it switched on and in the network? In the phone: user {row.number}, server {settings.sip_domain}, transport "
        f"{row.transport}; “The phone does not register” in docs/troubleshooting.md goes on from there",
    )


def _last_new_secret(session: Session, row: Extension) -> datetime | None:
    of_it = col(AuditEntry.number) == row.number, col(AuditEntry.at) >= row.created_at
    entries = session.exec(select(AuditEntry).where(*of_it).order_by(col(AuditEntry.id).desc()))
    return next((each.at for each in entries if "secret" in each.changes and each.action == "changed"), None)


def _clock(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def nat(subject: OneNumber) -> Iterator[Finding]:
    """Find phones whose address, or Asterisk's own, means nothing on the other side of a NAT."""
    with connected(subject.services.settings) as asterisk:
        shown = asterisk.ask_all([pjsip.show_action(subject.number)])[0]
    details = {event.get("ObjectType", event.get("Event", "")): event for event in shown}
    for event in shown:
        if event.get("Event") == "ContactStatusDetail":
            phone = contact(event)
            yield from _behind_its_own(subject.number, phone, details.get("endpoint", Message()))
            yield from _behind_ours(subject.number, phone, details.get("transport", Message()))


def _behind_its_own(number: str, phone: Contact, endpoint: Message) -> Iterator[Finding]:
    is_rewritten = endpoint.get("RewriteContact") == "true"
    if phone.status == UNREACHABLE and not is_rewritten and is_private(phone.address):
        yield Finding(
            "",
            f"a phone of {number} logged in and says that it is at {phone.address}, where it does not answer",
            "that is an address of a private network: behind NAT, calls to it are sent where nobody is",
            "if the phone is in another network, have Asterisk write to where it logs in from: /ext nat set "
            "media=… local=…, with the address that the world sees, and your networks",
        )


def _behind_ours(number: str, phone: Contact, transport: Message) -> Iterator[Finding]:
    ours = address_towards(phone.address)
    if is_public(phone.address) and is_private(ours) and not transport.get("ExternalMediaAddress"):
        yield Finding(
            "",
            f"a phone of {number} is outside, at {phone.address}, and Asterisk tells it to send the voice to {ours}",
            "that is an address of a private network: calls connect, and are silent",
            "say which address the world knows Asterisk by: /ext nat set media=… local=…, with that address and your networks",
        )


def reachable(subject: OneNumber) -> Iterator[Finding]:
    """Find phones that are registered and do not answer, or late."""
    for phone in contacts_of(subject.services.settings, subject.number):
        where = f"the phone of {subject.number} at {phone.address}:{phone.port}"
        if phone.status == UNREACHABLE:
            yield Finding(
                "",
                f"{where} is registered, and does not answer Asterisk",
                "calls to it end in silence until its registration is over",
                "is it switched off, or does a firewall on the way close? A shorter registration, or keep-alive in the "
                "phone, holds it open",
            )
        elif (phone.round_trip_ms or 0) >= SLOW_MS:
            yield Finding(
                "",
                f"{where} takes {phone.round_trip_ms:.0f} ms to answer",
                "calls with it have long pauses, and may be chopped",
                "look at the network between the two: a mobile or satellite line, a VPN, or one that is overloaded",
            )
