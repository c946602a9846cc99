"""What templates say things with."""

from __future__ import annotations

from flask import Blueprint

from handlers import wording
from handlers.slack.signs import WORDS
from models.phone import Phone


def register(blueprint: Blueprint) -> None:
    for tool in (sign_words, wording.moment, place):
        blueprint.add_app_template_filter(tool)


def sign_words(sign: str) -> str:
    return WORDS[sign]


def place(phone: Phone) -> str:
    """Return `192.0.2.7:5062 · Snom D785`."""
    host = f"[{phone.address}]" if ":" in phone.address else phone.address
    return f"{host}:{phone.port} · {phone.user_agent or 'a phone'}"
