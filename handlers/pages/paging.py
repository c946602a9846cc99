"""Which page of a list somebody asks for."""

from __future__ import annotations

from flask import request

from models.number import whole

MAX_PAGE_DIGITS = 6


def page_asked_for() -> int:
    """Return the number of the page in the address, from 1 on; 1 for what is none."""
    return max(1, whole(request.args.get("page", ""), MAX_PAGE_DIGITS) or 1)
