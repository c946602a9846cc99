"""What templates say things with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint

from handlers import presence_wording, wording
from handlers.slack.signs import WORDS
from handlers.slack.times import day
from models.extension import Extension
from models.phone import Phone
from pbx.answers import Status
from pbx.contact_status import Contact

MAX_LENGTH = 80  # of what a phone or a caller says of itself


def sign_words(sign: str) -> str:
    return WORDS[sign]


def host(where: Phone | Contact) -> str:
    """Return `192.0.2.7:5062`."""
    address = f"[{where.address}]" if ":" in where.address else where.address
    return f"{address}:{where.port}"


def place(phone: Phone) -> str:
    """Return `192.0.2.7:5062 · Snom D785`."""
    return f"{host(phone)} · {cut(phone.user_agent) or 'a phone'}"


def cut(text: str) -> str:
    """Return the beginning of what phones and callers say of themselves, which may be of any length."""
    return wording.shorten(text, MAX_LENGTH)


def moment(at: datetime) -> str:
    """Return `26 Nov 2026, 14:03` in the server's time zone, as page.js writes it in the reader's."""
    here = at.astimezone()
    return f"{here.day} {here.strftime('%b %Y, %H:%M')}"


def configuration(row: Extension) -> str:
    return wording.ended(wording.configuration(row))


def since_words(found: Status) -> str:
    return wording.since_when(found.phone, is_here=found.registered) if found.phone else ""


def kept(asked: Mapping[str, str], *left_out: str) -> dict[str, str]:
    """Return what leads from one page of a list to the next: what was asked for, without these and what is empty."""
    return {name: value for name, value in asked.items() if value and name not in left_out}


def combine(asked: Mapping[str, str], **more: str) -> dict[str, str]:
    return {**asked, **more}


TOOLS = (
    sign_words,
    moment,
    wording.duration,
    wording.ended,
    wording.not_live,
    presence_wording.lamp,
    host,
    place,
    cut,
    configuration,
    since_words,
    day,
    kept,
    combine,
)


def register(blueprint: Blueprint) -> None:
    for tool in TOOLS:
        blueprint.add_app_template_filter(tool)
