"""Which commands open a window: those that are typed without what they are about to do."""

from __future__ import annotations

from collections.abc import Callable

from handlers.slack.blocks import View
from handlers.slack.command_text import Arguments
from handlers.slack.modals.extension_forms import create_modal, edit_modal
from pbx import extensions, numbers
from pbx.services import Services

Opening = Callable[[], View]  # raises SwitchhookError


def create(services: Services, given: Arguments) -> Opening | None:
    if given.words or _says_more(given):
        return None
    return lambda: create_modal({}, numbers.next_free(services))


def edit(services: Services, given: Arguments) -> Opening | None:
    """Raises Refusal."""
    if len(given.words) != 1 or _says_more(given):
        return None
    number = given.one_number("/ext set 101")
    return lambda: edit_modal(extensions.get(services, number), {})


def _says_more(given: Arguments) -> bool:
    return bool(given.settings or given.slack_user_id)
