"""What keeps changes or calls out from working, below every look at the phone system: Slack and the command line say it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from handlers import wording
from pbx.errors import AsteriskUnavailable, ConfigFileError
from pbx.publishing import foreign_files, outbound
from pbx.services import Services


def standing_warnings(services: Services, *, with_reasons: bool = True, said: str = "") -> Iterator[str]:
    """Yield a sentence each; nothing of what cannot be looked at now. Raises SQLAlchemyError.

    `with_reasons`: they name files, lines and trunks, and are for admins; `said`: the reason that an extension's own line has.
    """
    blocked_by = foreign_files.why_blocked(services)
    # The remedy alone is compared: the reason counts phones, and was stored at another moment.
    if blocked_by and (foreign_files.parts(blocked_by)[1] or blocked_by) not in said:
        yield wording.blocked(blocked_by if with_reasons else wording.ASK_AN_ADMIN)
    with suppress(AsteriskUnavailable, ConfigFileError):
        if problems := outbound.problems(services):
            yield from map(wording.calls_out, problems if with_reasons else [wording.ASK_AN_ADMIN])
