"""Which page of a list somebody asks for."""

from __future__ import annotations

from flask import request

MAX_PAGE_DIGITS = 6


def page_asked_for() -> int:
    """Return the number of the page in the address, from 1 on; 1 for what is none."""
    typed = request.args.get("page", "")
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= MAX_PAGE_DIGITS
    return max(1, int(typed)) if is_number else 1
