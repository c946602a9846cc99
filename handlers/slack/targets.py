"""Which extension a command is about: its number, or whose name or @user is typed instead, or the asker's own."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto

from sqlmodel import col, select

from handlers.slack import refusals, roles
from handlers.slack.admins import Admins
from handlers.slack.command_text import Arguments, is_digits, quoted
from handlers.slack.names import called, having, naming
from handlers.slack.roles import Asker, Role, needed
from models.extension import BY_NUMBER, Extension, is_of
from pbx import numbers
from pbx.errors import Refusal
from pbx.services import Services


class Target(Enum):
    """What a subcommand takes where an extension may stand."""

    NONE = auto()  # no extension
    HINT = auto()  # what has a hint, which may be a word: that is an extension's if it is a whole name
    SEEN = auto()  # an extension, only looked at: a part of a name will do
    CHANGED = auto()  # an extension: a name has to be whole


def resolve(services: Services, given: Arguments, name: str, target: Target) -> Arguments:
    """Return the arguments of a subcommand with the number as the first word. Raises Refusal.

    Without any, the commands for owners are about the asker's own.
    """
    if target is Target.NONE:
        return given
    if given.words and given.slack_user_id and name != "set":
        raise Refusal("that takes one extension, by its number, a name or @user: type one of them")
    if given.words:
        return given if is_digits(given.words[0]) else _by_name(services, given, name, target)
    if given.slack_user_id:
        return _by_user(services, given, name)
    return _own(services, given, name) if needed(name) is Role.OWNER else given


def _by_name(services: Services, given: Arguments, name: str, target: Target) -> Arguments:
    text, rows = " ".join(given.words), _rows(services)
    exact, part = called(rows, text), having(rows, text)
    if target is Target.HINT:
        return _about(given, exact[0]) if len(exact) == 1 else given
    if exact:
        return _one_of(given, name, exact, f"{len(exact)} extensions are called “{text}”")
    if not part:
        raise Refusal(f"no extension is called “{text}”: /ext list {text} looks into e-mail and notes, too")
    if target is Target.SEEN:
        return _one_of(given, name, part, f"{len(part)} extensions have “{text}” in their name")
    question = f"No extension is called “{text}”, and /ext {name} takes a whole name"
    raise refusals.which_one(question, part, name, _rest(given))


def _by_user(services: Services, given: Arguments, name: str) -> Arguments:
    found = _rows(services, given.slack_user_id)
    if not found:
        raise refusals.nobodys(given.slack_user_id or "")
    given = replace(given, slack_user_id=None)
    return _one_of(given, name, found, f"{len(found)} extensions are noted for that person")


def _own(services: Services, given: Arguments, name: str) -> Arguments:
    found = _rows(services, given.asked_by)
    if not found and given.is_admin:
        return given
    if not found:
        raise Refusal(
            f"no extension is noted as yours: a phone admin does that, with /ext set <number> @user. Then /ext {name} is for you"
        )
    return _one_of(given, name, found, f"{len(found)} extensions are yours")


def _one_of(given: Arguments, name: str, found: Sequence[Extension], question: str) -> Arguments:
    """Return the arguments with the only one; of several, raise the refusal that lists them."""
    if len(found) > 1:
        raise refusals.which_one(question, found, name, _rest(given))
    return _about(given, found[0])


def _about(given: Arguments, extension: Extension) -> Arguments:
    return replace(given, words=(extension.number,), seen=extension)


def _rest(given: Arguments) -> str:
    """Return what was typed besides the extension, as Slack would send it."""
    mention = [f"<@{given.slack_user_id}>"] if given.slack_user_id else []
    settings = [f"{name}={html.escape(quoted(value), quote=False)}" for name, value in given.settings.items()]
    return " ".join([*mention, *settings])


def is_somebody(services: Services, text: str) -> bool:
    """Return whether a text is one or more whole words of an extension's name, or its e-mail address."""
    return bool(naming(_rows(services), text))


def is_part_of_a_name(services: Services, text: str) -> bool:
    return bool(having(_rows(services), text))


def may_see_password(services: Services, admins: Admins, user_id: str, number: str) -> bool:
    """Return whether somebody may see an extension's password now, whatever they were when they asked for it."""
    asker = Asker(user_id, user_id in admins)
    return roles.role_of(asker, numbers.find(services, number)) is not Role.EVERYBODY


def owns_any(services: Services, user_id: str) -> bool:
    """Return whether any extension is noted for a Slack user."""
    with services.database.session() as session:
        return session.exec(select(Extension.id).where(is_of(user_id)).limit(1)).first() is not None


def _rows(services: Services, user_id: str | None = None) -> list[Extension]:
    """Return all extensions, or those of a Slack user, by number."""
    theirs = [col(Extension.slack_user_id) == user_id] if user_id else []
    with services.database.session() as session:
        return list(session.exec(select(Extension).where(*theirs).order_by(*BY_NUMBER)))
