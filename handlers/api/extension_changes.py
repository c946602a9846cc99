"""/api/extensions: what makes, changes and removes an extension. The use cases of pbx/extensions.py do all of it."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from handlers.api import change_bodies, extension_fields
from handlers.api.authentication import caller
from handlers.api.change_schemas import (
    Changed,
    ChangedExtensionBody,
    Created,
    Deleted,
    Deleting,
    NewExtensionBody,
    Rotated,
)
from handlers.api.etags import etag, unchanged
from handlers.api.extension_ids import ExtensionId, extension_of
from handlers.api.idempotency import begun
from handlers.api.problems import FieldFault, Problem, of_validation
from handlers.api.routes import Answer, Group
from handlers.onboarding import slack_users
from models.api_token import Scope
from models.extension import Extension
from models.fields import Changes, NewExtension
from pbx import extensions
from pbx.answers import ChangeResult
from pbx.services import Services

FieldsT = TypeVar("FieldsT", bound=BaseModel)


def add_routes(group: Group, services: Services) -> None:
    _add_create(group, services)
    _add_update(group, services)
    _add_toggle(group, services)
    _add_rotate(group, services)
    _add_delete(group, services)


def _add_create(group: Group, services: Services) -> None:
    @group.post(
        "/extensions",
        Scope.EXTENSIONS_WRITE,
        answers={201: Created},
        problems=(409,),
        sends=("Location", "ETag"),
    )
    def create_extension(body: NewExtensionBody) -> Answer:
        """Create an extension.

        Without `extension_number` the next free one is taken; without `secret` a strong one is made. The secret stands in
        this answer and in no other. If Asterisk cannot be reached, the extension is made all the same, which is why the
        status is 201: `asterisk_verified` is false then, `error` says why, and it goes live by itself.
        """
        new = _checked(NewExtension, extension_fields.given(body))
        done = begun(services)
        if not done:
            _refuse_unfit(services, new.slack_user_id)
            done = extensions.create(services, new, by=caller())
        row, created = change_bodies.row_of(done), change_bodies.created(services, done)
        return Answer(created, 201, {"Location": f"/api/extensions/{row.id}", "ETag": etag(row)})


def _add_update(group: Group, services: Services) -> None:
    declared: dict[str, Any] = {
        "answers": {200: Changed}, "problems": (409,), "takes": ("If-Match",), "sends": ("ETag",)
    }  # fmt: skip

    @group.route("PUT", "/extensions/<id>", Scope.EXTENSIONS_WRITE, **declared)
    def update_extension(id: ExtensionId, body: ChangedExtensionBody) -> Answer:
        """Change an extension.

        Fields that are not given stay as they are, as this API's clients have always used PUT; PATCH is the same. With
        If-Match nobody else's change is lost: if the extension is another by now, the answer is 412 and lists what has
        changed, by whom and when.
        """
        return _update(services, id, body)

    @group.route("PATCH", "/extensions/<id>", Scope.EXTENSIONS_WRITE, **declared)
    def patch_extension(id: ExtensionId, body: ChangedExtensionBody) -> Answer:
        """Change some fields of an extension.

        Those that are not given stay as they are. If-Match as with PUT.
        """
        return _update(services, id, body)


def _update(services: Services, id: str, body: ChangedExtensionBody) -> Answer:
    row = extension_of(services, id)
    values = extension_fields.given(body)
    _refuse_other_number(row, values.pop("number", None))
    changes = _checked(Changes, values)
    if changes.slack_user_id != row.slack_user_id:
        _refuse_unfit(services, changes.slack_user_id)
    with unchanged(services, row) as seen:
        done = extensions.change(services, row.number, changes, by=caller(), seen=seen)
    return _answer(done, change_bodies.changed(services, "updated", done))


def _add_toggle(group: Group, services: Services) -> None:
    @group.post(
        "/extensions/<id>/toggle",
        Scope.EXTENSIONS_WRITE,
        answers={200: Changed},
        problems=(409,),
        takes=("If-Match",),
        sends=("ETag",),
    )
    def toggle_extension(id: ExtensionId) -> Answer:
        """Enable a disabled extension, or disable an enabled one.

        A disabled extension keeps its number and settings, and no phone can use it. If somebody changes it at the same
        moment, nothing is done: 412 with If-Match, else 409.
        """
        row = extension_of(services, id)
        if done := begun(services):
            return _answer(
                done, change_bodies.changed(services, "enabled" if row.enabled else "disabled", done)
            )
        changes = Changes(enabled=not row.enabled)
        with unchanged(services, row):
            done = extensions.change(services, row.number, changes, by=caller(), seen=row)
        return _answer(
            done, change_bodies.changed(services, "enabled" if changes.enabled else "disabled", done)
        )


def _add_rotate(group: Group, services: Services) -> None:
    @group.post(
        "/extensions/<id>/rotate-secret",
        Scope.EXTENSIONS_WRITE,
        answers={200: Rotated},
        problems=(409,),
        takes=("If-Match",),
        sends=("ETag",),
    )
    def rotate_secret(id: ExtensionId) -> Answer:
        """Make a new secret.

        The old one stops working. The new one stands in this answer and in no other.
        """
        row = extension_of(services, id)
        if not (done := begun(services)):
            with unchanged(services, row) as seen:
                done = extensions.rotate_secret(services, row.number, by=caller(), seen=seen)
        return _answer(done, change_bodies.rotated(services, done))


def _add_delete(group: Group, services: Services) -> None:
    @group.route(
        "DELETE",
        "/extensions/<id>",
        Scope.EXTENSIONS_WRITE,
        answers={200: Deleted, 202: Deleting},
        problems=(409,),
        takes=("If-Match",),
    )
    def delete_extension(id: ExtensionId) -> Answer:
        """Delete an extension for good.

        200: it is gone, from Asterisk, too. 202: Asterisk cannot be reached; it is gone by itself as soon as Asterisk has
        let go of it, and is read as `deleting` until then.
        """
        row = extension_of(services, id)
        with unchanged(services, row) as seen:
            done = extensions.delete(services, row.number, by=caller(), seen=seen)
        return Answer(change_bodies.deleted(services, done), 202 if done.extension else 200)


def _answer(done: ChangeResult, body: BaseModel) -> Answer:
    return Answer(body, headers={"ETag": etag(change_bodies.row_of(done))})


def _refuse_other_number(row: Extension, number: str | None) -> None:
    if number in (None, row.number):
        return
    fault = FieldFault(
        field="extension_number",
        detail=f"a number stays: this is {row.number}. Create {number}, and delete this one, or leave the field out",
    )
    raise Problem(422, fault.detail, errors=[fault])


def _refuse_unfit(services: Services, owner: str | None) -> None:
    """Refuse an owner who could read nothing of what owners are told. Raises Problem."""
    if owner and (why := slack_users.unfit(services.settings, owner)):
        fault = FieldFault(
            field="slack_user_id", detail=f"{owner} {why}: leave the field out, or name somebody else"
        )
        raise Problem(422, fault.detail, errors=[fault])


def _checked(kind: type[FieldsT], values: dict[str, Any]) -> FieldsT:
    """Return the fields, checked by their rules. Raises Problem."""
    try:
        return kind(**values)
    except ValidationError as error:
        raise of_validation(error, ()) from None
