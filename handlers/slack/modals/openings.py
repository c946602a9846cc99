"""Which commands open a window: those that are typed without what they are about to do."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import select

from handlers.slack import roles
from handlers.slack.blocks import View
from handlers.slack.command_text import Arguments
from handlers.slack.modals.alert_form import alerts_modal
from handlers.slack.modals.extension_forms import create_modal, edit_modal
from handlers.slack.modals.menu import menu_modal
from handlers.slack.modals.nat_form import nat_modal
from models import nat
from models.extension import BY_NUMBER, Extension, is_of
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


def set_nat(services: Services, given: Arguments) -> Opening | None:
    return (lambda: _nat(services)) if _is_set_alone(given) else None


def set_alerts(_services: Services, given: Arguments) -> Opening | None:
    return alerts_modal if _is_set_alone(given) else None


def menu(services: Services, given: Arguments) -> Opening | None:
    return lambda: _menu(services, given)


def _is_set_alone(given: Arguments) -> bool:
    return [word.lower() for word in given.words] == ["set"] and not _says_more(given)


def _says_more(given: Arguments) -> bool:
    return bool(given.settings or given.slack_user_id)


def _nat(services: Services) -> View:
    with services.database.session() as session:
        return nat_modal(nat.current(session), {})


def _menu(services: Services, given: Arguments) -> View:
    with services.database.session() as session:
        own = session.exec(select(Extension).where(is_of(given.asked_by)).order_by(*BY_NUMBER)).all()
    return menu_modal(own, roles.role_of(given.asker))
