"""What an admin decides of HR's deliveries on their pages: as by Slack's buttons, and whoever is first counts."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from handlers.onboarding import decisions, giving, inbox, missing_details
from handlers.pages import people, visitor
from handlers.pages.administration import deliveries
from handlers.pages.routes import Pages
from handlers.slack.done import Already
from handlers.slack.modals.faults import Faults
from handlers.slack.roles import Role
from handlers.wording import ended
from models.actor import Actor
from pbx.errors import NotFound, Refusal, SwitchhookError
from pbx.services import Services

DETAILS = ("name", "email", "department", "start_date")
MAX_TYPED_LENGTH = 300
SOON = "This page says in a moment what came of it"
Answer = Response | tuple[str, int]


def add_routes(pages: Pages) -> None:
    _add_buttons(pages, pages.services)
    _add_forms(pages, pages.services)
    _add_people(pages, pages.services)
    _add_ways_back(pages)


def _add_buttons(pages: Pages, services: Services) -> None:
    @pages.post("/deliveries/<id:delivery>/retry", Role.ADMIN)
    def retry_delivery(delivery: int) -> Response:
        said = f"HR delivery {delivery} is tried again. {SOON}"
        return _done(services, delivery, lambda by: decisions.retry(services, delivery, by), said)

    @pages.post("/deliveries/<id:delivery>/ignore", Role.ADMIN)
    def ignore_delivery(delivery: int) -> Response:
        said = f"HR delivery {delivery} is ignored"
        return _done(services, delivery, lambda by: decisions.ignore(services, delivery, by), said)

    @pages.post("/deliveries/<id:delivery>/answer", Role.ADMIN)
    def answer_delivery(delivery: int) -> Response:
        chosen, said = request.form.get("choice", ""), f"HR delivery {delivery} is being carried out. {SOON}"
        return _done(services, delivery, lambda by: decisions.answer(services, delivery, chosen, by), said)

    @pages.post("/deliveries/<id:delivery>/nobody", Role.ADMIN)
    def dismiss_employee(delivery: int) -> Response:
        source, external_id = _employee(services, delivery)
        said = f"Employee {external_id} of {source} gets no phone"
        return _done(
            services, delivery, lambda by: missing_details.dismiss(services, source, external_id, by=by), said
        )


def _add_forms(pages: Pages, services: Services) -> None:
    @pages.post("/deliveries/<id:delivery>/number", Role.ADMIN)
    def number_delivery(delivery: int) -> Answer:
        typed, by = _typed("number"), visitor.current().actor
        try:
            decisions.answer_number(services, delivery, typed["number"], by)
        except Refusal as refusal:
            return _refused(services, delivery, refusal, typed)
        return _told(services, delivery, f"HR delivery {delivery} is being carried out. {SOON}")

    @pages.post("/deliveries/<id:delivery>/details", Role.ADMIN)
    def fill_in_employee(delivery: int) -> Answer:
        typed, by = _typed(*DETAILS), visitor.current().actor
        source, external_id = _employee(services, delivery)
        try:
            missing_details.fill_in(services, source, external_id, typed, by=by)
        except Refusal as refusal:
            return _refused(services, delivery, refusal, typed)
        return _told(services, delivery, f"{typed['name']} is filled in. {SOON}")


def _add_people(pages: Pages, services: Services) -> None:
    @pages.post("/deliveries/people/<id:employee>", Role.ADMIN)
    def name_in_slack(employee: int) -> Answer:
        typed = _typed("user_id")
        try:
            number = giving.give(services, employee, typed["user_id"].upper(), by=visitor.current().actor)
        except Already as refusal:
            visitor.notice(services, "warning", ended(_words(services, refusal)))
            return redirect(url_for("pages.deliveries"), 303)
        except SwitchhookError as error:
            at = f"user_id_{employee}"
            return deliveries.listing(services, {at: ended(str(error))}, {at: typed["user_id"]}), 422
        said = f"Extension {number} is theirs. They get the welcome with its password in a moment"
        visitor.notice(services, "done", ended(said))
        return redirect(url_for("pages.deliveries"), 303)


def _add_ways_back(pages: Pages) -> None:
    """Lead from the address of a form, where a page with faults stands, to the page that has the form."""

    @pages.get("/deliveries/<id:delivery>/<_deed>", Role.ADMIN, is_page=False)
    def back_to_delivery(delivery: int, _deed: str) -> Response:
        return redirect(url_for("pages.delivery", delivery=delivery), 303)

    @pages.get("/deliveries/people/<_employee>", Role.ADMIN, is_page=False)
    def back_to_deliveries(_employee: str) -> Response:
        return redirect(url_for("pages.deliveries"), 303)


def _done(services: Services, delivery_id: int, decide: Callable[[Actor], None], said: str) -> Response:
    """Do it, and have the delivery's page say so, or who was faster."""
    try:
        decide(visitor.current().actor)
    except Refusal as refusal:
        visitor.notice(services, "warning", ended(_words(services, refusal)))
        return redirect(url_for("pages.delivery", delivery=delivery_id), 303)
    return _told(services, delivery_id, said)


def _told(services: Services, delivery_id: int, said: str) -> Response:
    visitor.notice(services, "done", ended(said))
    return redirect(url_for("pages.delivery", delivery=delivery_id), 303)


def _refused(services: Services, delivery_id: int, refusal: Refusal, typed: dict[str, str]) -> Answer:
    """Say at each field what is wrong with what was typed there; what is not, such as that somebody was faster, above."""
    if isinstance(refusal, Faults):
        return deliveries.page(services, delivery_id, refusal.sentences, typed), 422
    visitor.notice(services, "warning", ended(_words(services, refusal)))
    return redirect(url_for("pages.delivery", delivery=delivery_id), 303)


def _words(services: Services, error: SwitchhookError) -> str:
    """Return why it is not done, and who was faster, if that is known."""
    if not isinstance(error, Already) or not error.done.by:
        return str(error)
    first = Actor.slack(error.done.by)
    with services.database.session() as session:
        name = people.names(session, [first])[first]
    return f"{ended(str(error))} Done by {name}{f': {error.done.what}' if error.done.what else ''}"


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[:MAX_TYPED_LENGTH] for name in names}


def _employee(services: Services, delivery_id: int) -> tuple[str, str]:
    """Return source and ID of the employee whose details a delivery waits, or waited, for. Raises NotFound."""
    row = inbox.get(services, delivery_id)
    if not row.events:
        raise NotFound(f"HR delivery {delivery_id} waits for nobody's details: {inbox.describe(row)}")
    source, _, external_id = missing_details.employee_key(row).partition(" ")
    return source, external_id
