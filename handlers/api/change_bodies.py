"""What is answered to a change, for the API and `flask ext … --json`."""

from __future__ import annotations

from typing import Any, TypeVar

from handlers.api.change_schemas import Changed, Created, Deleted, Deleting, Rotated, is_done, standing
from handlers.api.shown import shown
from models.extension import Extension, State
from pbx.answers import ChangeResult
from pbx.services import Services

ChangedT = TypeVar("ChangedT", bound=Changed)


def created(services: Services, done: ChangeResult) -> Created:
    row = row_of(done)
    message, result = _message("Extension created", row, done), standing(row, done, shown(services, row))
    return Created(message=message, secret=_secret(done), **result)


def changed(services: Services, verb: str, done: ChangeResult) -> Changed:
    return _changed(services, f"Extension {verb}", done, Changed)


def rotated(services: Services, done: ChangeResult) -> Rotated:
    return _changed(services, "Secret changed", done, Rotated, secret=_secret(done))


def _secret(done: ChangeResult) -> str | None:
    return done.secret.get_secret_value() if done.secret else None


def _changed(
    services: Services, what: str, done: ChangeResult, kind: type[ChangedT], **more: Any
) -> ChangedT:
    row = row_of(done)
    result = standing(row, done, shown(services, row))
    return kind(
        message=_message(what, row, done),
        config_write_success=result["asterisk_verified"],
        changes=done.changes or {},
        **result,
        **more,
    )


def deleted(services: Services, done: ChangeResult) -> Deleted | Deleting:
    left = done.extension
    if left is None:
        return Deleted(message="Extension deleted successfully", warnings=list(done.warnings))
    message = "Extension is deleted as soon as Asterisk has let go of it"
    return Deleting(message=message, **standing(left, done, shown(services, left)))


def row_of(done: ChangeResult) -> Extension:
    assert done.extension, "only a deletion leaves none"  # noqa: S101
    return done.extension


def _message(what: str, row: Extension, done: ChangeResult) -> str:
    """Return `Extension updated successfully` for `Extension updated`, or what has come of it instead."""
    if is_done(row, done):
        return f"{what} successfully"
    return f"{what}, but refused" if row.state is State.FAILED else f"{what}, not live yet"
