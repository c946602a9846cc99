"""/extensions/new and /extensions/101/edit: the form of an extension, made and changed by the use cases of all doors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from flask import redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from handlers import wording
from handlers.hr.lookup import TemporaryError
from handlers.onboarding import slack_users
from handlers.pages import people, sent_again, visitor
from handlers.pages.extensions import deeds, extension_form
from handlers.pages.extensions.extension_form import FIRST_SHOWN, Values
from handlers.pages.people import Act
from handlers.pages.routes import Pages
from handlers.slack import creation
from handlers.slack.client import slack_client
from handlers.slack.creation import Created
from handlers.slack.modals.extension_forms import TRANSPORTS
from handlers.slack.modals.faults import Faults
from handlers.slack.refusals import RefusalWithMessage
from handlers.slack.roles import Role
from models import audit, failure
from models.actor import Actor
from models.extension import Extension, State
from models.fields import EndpointFields
from models.number import whole
from pbx import extensions, numbers
from pbx.errors import NumberTaken, Overtaken, Refusal
from pbx.services import Services

FieldsT = TypeVar("FieldsT")
OWNER = "slack_user_id"
FREE = "free"  # the number that was free when the form was shown
REVISION_DIGITS = 9
TYPE_AGAIN = "type the password once more: it is not kept where something else is wrong"
SHOW_IT = "“Show password”, below, has what is typed into the phone."


@dataclass(frozen=True)
class Form:
    """A form as it is shown. `errors`: what is wrong with each input; `problem`: with all of it; `since`: who was faster."""

    values: Values
    row: Extension | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    since: Sequence[Act] = ()
    is_overtaken: bool = False

    @property
    def is_more_open(self) -> bool:
        return not self.errors.keys() <= set(FIRST_SHOWN)

    def shown(self, status: int = 200) -> tuple[str, int]:
        return render_template(
            "pages/extension_form.html", form=self, transports=list(TRANSPORTS.items())
        ), status


Answer = tuple[str, int] | Response


def add_routes(pages: Pages) -> None:
    services = pages.services

    @pages.get("/new", Role.ADMIN)
    def new() -> Answer:
        number = numbers.next_free(services) or ""
        return Form(extension_form.shown(EndpointFields()) | {"number": number, FREE: number}).shown()

    @pages.post("/new", Role.ADMIN)
    def create() -> Answer:
        return _created_or_again(services)

    @pages.get("/<number>/edit", Role.ADMIN)
    def edit(row: Extension) -> Answer:
        return Form(extension_form.shown(row), row).shown()

    @pages.post("/<number>/edit", Role.ADMIN)
    def change(row: Extension) -> Answer:
        deeds.must_be_seen(row)
        form = Form(extension_form.typed(request.form), row)
        if request.form.get("revision") != str(row.revision):
            return _overtaken(services, form)
        try:
            return _or_again(form, lambda: _changed(services, row, form.values))
        except Overtaken:
            return _overtaken(services, form)


def _created_or_again(services: Services) -> Answer:
    form = Form(extension_form.typed(request.form, "number", "secret", FREE))
    try:
        return _or_again(form, lambda: _created(services, form.values))
    except NumberTaken as taken:
        free = {FREE: numbers.next_free(services) or ""}
        return _again(replace(form, values=form.values | free), {"number": str(taken)})


def _or_again(form: Form, carry_out: Callable[[], Response]) -> Answer:
    """Do it, or show the form again with what was typed, and what is wrong at its input. Raises SwitchhookError."""
    status = 422
    try:
        return carry_out()
    except Faults as faults:
        errors, problem = dict(faults.sentences), ""
    except RefusalWithMessage as refusal:  # of who cannot own a phone
        errors, problem = {OWNER: str(refusal)}, ""
    except NumberTaken as taken:
        if form.row is None:
            raise
        errors, problem = {}, str(taken)
    except Refusal as refusal:
        errors, problem = {}, str(refusal)
    except SQLAlchemyError as error:
        errors, problem, status = {}, failure.describe(error), 503
    return _again(form, errors, problem, status)


def _again(form: Form, errors: Mapping[str, str], problem: str = "", status: int = 422) -> Answer:
    """Show the form with what was typed, but for a password."""
    if form.values.get("secret"):
        errors = {"secret": TYPE_AGAIN, **errors}
    return Form(form.values, form.row, extension_form.in_order(errors), problem).shown(status)


def _created(services: Services, values: Values) -> Response:
    """Create it, and lead to its page. Raises SwitchhookError.

    A form without a number gets the one that was free when it was shown: sent twice, it makes one extension.
    """
    rest = {name: value for name, value in values.items() if name != FREE}
    new = _read(services, rest | {"number": values["number"] or values[FREE]}, extension_form.new_extension)
    try:
        made = creation.carry_out(services, new, visitor.current().actor)
    except NumberTaken:
        if not sent_again.is_made_already(services, new):
            raise
        visitor.notice(services, "warning", sent_again.MADE.format(new.number))
        return redirect(url_for("pages.extension", number=new.number), 303)
    deeds.tell(services, made.done, "created", made.row.number)
    visitor.notice(services, "", _about_password(services, made))
    return redirect(url_for("pages.extension", number=made.row.number), 303)


def _about_password(services: Services, made: Created) -> str:
    """Say who gets the password, and how."""
    if made.to is None:
        return SHOW_IT
    to = Actor.slack(made.to)
    with services.database.session() as session:
        name = people.names(session, [to])[to]
    is_live = made.row.state is State.LIVE and made.row.enabled
    return (
        f"{name} gets the password in a direct message in Slack{'' if is_live else ' as soon as it is live'}."
    )


def _changed(services: Services, row: Extension, values: Values) -> Response:
    """Write what is otherwise than in the row, and lead to its page. Raises SwitchhookError."""
    changes = _read(services, values, lambda typed: extension_form.changes(typed, row))
    if changes.given():
        slack_users.must_be_fit(services.settings, changes.slack_user_id)
        done = extensions.change(services, row.number, changes, by=visitor.current().actor, seen=row)
        deeds.tell(services, done, "changed", row.number)
    else:
        visitor.notice(services, "", f"Nothing was changed: extension {row.number} is as it was.")
    return redirect(url_for("pages.extension", number=row.number), 303)


def _read(services: Services, values: Values, parse: Callable[[Values], FieldsT]) -> FieldsT:
    """Return the fields of a form. Raises Faults, with all that is wrong."""
    unknown: dict[str, str] = {}
    try:
        values = _with_owner(services, values)
    except Faults as faults:
        values, unknown = values | {OWNER: ""}, faults.sentences
    try:
        fields = parse(values)
    except Faults as faults:
        raise Faults(faults.sentences | unknown) from None
    if unknown:
        raise Faults(unknown)
    return fields


def _with_owner(services: Services, values: Values) -> Values:
    """Return the form with a member ID in place of an e-mail address in Slack. Raises Faults."""
    address = values[OWNER]
    if "@" not in address:
        return values
    try:
        user_id, reason = slack_users.find_or_reason(slack_client(services.settings), address)
    except TemporaryError as error:
        raise Faults({OWNER: f"{error}: type the member ID, or try again in a minute"}) from None
    if user_id is None:
        why = (
            f"Slack does not say who has that address ({reason})"
            if reason
            else "nobody in Slack has that address"
        )
        raise Faults({OWNER: f"{why}: type another one, or a member ID such as U0123456"})
    return values | {OWNER: user_id}


def _overtaken(services: Services, form: Form) -> Answer:
    """Show the form again, of the row as it is now, with what was changed meanwhile. Raises NotFound, Overtaken."""
    assert form.row is not None, "a new extension overtakes nobody"  # noqa: S101
    row = extensions.get(services, form.row.number)
    deeds.must_be_seen(row)
    since = audit.since(services.database, row, _revision())
    values, both = extension_form.merged(form.values, row, since)
    is_own = sent_again.are_own(since)
    if is_own and _is_written(services, values, row):
        visitor.notice(
            services, "done", f"Extension {row.number} is as you typed it: you have saved that already."
        )
        return redirect(url_for("pages.extension", number=row.number), 303)
    with services.database.session() as session:
        acts = people.acts(session, since)
    what = "changed extension" if acts else "had Asterisk take once more extension"
    who = "You have" if is_own else "Somebody else has"
    problem = f"{who} {what} {row.number} since you opened this form, and nothing of it is written yet"
    return Form(values, row, both, wording.ended(problem), acts, is_overtaken=True).shown(409)


def _is_written(services: Services, values: Values, row: Extension) -> bool:
    """Return whether nothing in the form is otherwise than in the row."""
    try:
        return not _read(services, values, lambda typed: extension_form.changes(typed, row)).given()
    except Faults:
        return False


def _revision() -> int:
    """Return the revision that the form was made of; 0: none, and all that ever happened is new."""
    return whole(request.form.get("revision", ""), REVISION_DIGITS) or 0
