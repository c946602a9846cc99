"""Finds what Asterisk does not have any more, for example because it was started on files that it does not take."""

from __future__ import annotations

import logging

from sqlalchemy import update
from sqlmodel import col, select

from models.extension import Extension, State
from pbx.ami import connected
from pbx.publishing import results
from pbx.services import Services

log = logging.getLogger("switchhook.lost")

LISTS = ("PJSIPShowEndpoints", "PJSIPShowAors")


def mark_lost_pending(services: Services) -> None:
    """Leave to publish() the live extensions that Asterisk does not show. Raises AsteriskUnavailable."""
    live = select(Extension).where(col(Extension.state) == State.LIVE, col(Extension.enabled))
    with services.database.session() as session:
        rows = session.exec(live).all()
    if not rows:
        return
    with connected(services.settings) as asterisk:
        there = set.intersection(*(asterisk.names(action) for action in LISTS))
    lost = [row for row in rows if row.number not in there]
    if lost:
        log.warning(
            "Asterisk has lost extensions",
            extra={"numbers": [row.number for row in lost], "of": len(rows)},
        )
        results.mark_pending(services, lost)


def mark_refused_pending(services: Services) -> None:
    """Leave to publish() what Asterisk itself refused: one that was started anew may take it."""
    refused = col(Extension.state) == State.FAILED, col(Extension.reason).startswith(results.REFUSED)
    with services.database.session() as session:
        session.exec(update(Extension).where(*refused).values(state=State.PENDING))
