"""/extensions/nat: the addresses by which the world reaches a PBX behind NAT, and what Asterisk has of them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from handlers import nat_wording
from handlers.pages import people, sent_again, visitor
from handlers.pages.routes import Pages
from handlers.slack.modals import nat_form
from handlers.slack.modals.faults import Faults
from handlers.slack.roles import Role
from handlers.wording import ended
from models import audit, failure, nat
from models.nat_fields import KEYS
from pbx import nat as use_cases
from pbx.answers import NatStatus
from pbx.errors import Overtaken, Refusal, SwitchhookError
from pbx.services import Services

SEEN = "seen"  # the field with the fingerprint of what was decided on
MAX_TYPED_LENGTH = 6000  # of a field: fifty networks
AMI_SECONDS = 2.0  # for each answer; a person waits
DEEDS = (use_cases.CHANGED, use_cases.CLEARED, use_cases.TAKEN_BACK)
SAVED_ALREADY = "NAT is as you typed it: you have saved that already."
CHANGED_BY_YOU = "you have changed NAT yourself since you opened this page; this is how it is now"
NOTHING_CHANGED = "Nothing was changed: NAT is as it was."
KEPT = "What you typed is still below: compare it, and save it once more if it is still to be so"


def add_routes(pages: Pages) -> None:
    services = pages.services
    _add_clearing(pages, services)

    @pages.get("/nat", Role.ADMIN, menu="NAT")
    def nat_page() -> str:
        return _page(services)

    @pages.post("/nat", Role.ADMIN)
    def set_nat() -> Response | tuple[str, int]:
        typed = {name: request.form.get(name, "").strip()[:MAX_TYPED_LENGTH] for name in KEYS}
        return _saved_or_again(services, typed)


def _add_clearing(pages: Pages, services: Services) -> None:
    @pages.get("/nat/clear", Role.ADMIN)
    def ask_to_clear_nat() -> str:
        return render_template("pages/nat_clear.html", question=nat_form.CLEARED)

    @pages.post("/nat/clear", Role.ADMIN)
    def clear_nat() -> Response:
        _tell(services, use_cases.clear(services, by=visitor.current().actor), "cleared")
        return redirect(url_for("pages.nat_page"), 303)


def _saved_or_again(services: Services, typed: dict[str, str]) -> Response | tuple[str, int]:
    """Save what was typed, or show it again with what is wrong."""
    try:
        _save(services, typed, request.form.get(SEEN, ""))
    except Faults as faults:
        return _page(services, typed, errors=faults.sentences), 422
    except Overtaken as overtaken:
        return _overtaken(services, typed, str(overtaken))
    except SwitchhookError as error:
        status = 422 if isinstance(error, Refusal) else 503
        return _page(services, typed, fault=ended(str(error))), status
    except SQLAlchemyError as error:
        return _page(services, typed, fault=ended(failure.describe(error))), 503
    return redirect(url_for("pages.nat_page"), 303)


def _page(
    services: Services,
    typed: Mapping[str, str] | None = None,
    fault: str = "",
    errors: Mapping[str, str] | None = None,
) -> str:
    """Return the page, with what was typed and what is wrong with it."""
    status = use_cases.show(services, ami_timeout=AMI_SECONDS)
    return render_template(
        "pages/nat.html",
        status=status,
        values=nat_form.shown(status.nat) | dict(typed or {}),
        seen=nat_form.fingerprint(status.nat),
        intro=nat_form.INTRO,
        not_set=nat_wording.NOT_SET,
        transports=[(each, nat_wording.transport(each)) for each in nat_wording.shown_transports(status)],
        refused=nat_wording.refused(status, "“Forget the addresses”"),
        fault=fault,
        errors=errors or {},
    )


def _save(services: Services, typed: dict[str, str], seen: str) -> None:
    """Write what was changed in the form. Raises Faults, Refusal, Overtaken where somebody has changed NAT since."""
    with services.database.session() as session:
        row = nat.current(session)
    if nat_form.fingerprint(row) != seen:
        raise Overtaken(use_cases.CHANGED_MEANWHILE)
    changed = nat_form.changes(typed, row)
    if not changed.given():
        visitor.notice(services, "done", NOTHING_CHANGED)
        return
    by = visitor.current().actor
    status = use_cases.change(
        services, changed, by=by, is_as_seen=lambda each: nat_form.fingerprint(each) == seen
    )
    _tell(services, status, "set")


def _tell(services: Services, status: NatStatus, verb: str) -> None:
    kind = "done" if status.is_done else "warning" if status.error else "fault"
    said = nat_wording.headline(status, verb), *nat_wording.changes(status, verb)
    visitor.notice(services, kind, " ".join(said))


def _overtaken(services: Services, typed: Mapping[str, str], why: str) -> Response | tuple[str, int]:
    """Show what was typed, and who has changed what last. If that is what was typed, by the same person, all is done."""
    with services.database.session() as session:
        last = audit.last_of(session, DEEDS)
        did = people.last_change(session, DEEDS)
        now = nat_form.shown(nat.current(session))
    is_own = last is not None and sent_again.are_own([last])
    if is_own and _without_spaces(now) == _without_spaces(typed):
        visitor.notice(services, "done", SAVED_ALREADY)
        return redirect(url_for("pages.nat_page"), 303)
    said = f"{ended(CHANGED_BY_YOU if is_own else why)} {did}{KEPT}"
    return _page(services, typed, fault=ended(said)), 409


def _without_spaces(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: "".join(value.split()) for name, value in typed.items()}
