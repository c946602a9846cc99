"""`/phones/<token>`: where a softphone sets itself up, once, and where a camera is told which softphone to take."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from handlers.onboarding import linphone, password, provisioning
from handlers.onboarding.password import Holder
from models.actor import Actor
from models.extension import Extension
from pbx.services import Services

log = logging.getLogger("switchhook.onboard")

# With this header Linphone says who it is. Cameras, browsers and previews of chats must not use up the code.
LINPHONE = "X-Linphone-Provisioning"
NOT_GOOD = (
    "This code is not good, or not any more: it works once, for two weeks. If no password is shown where you have it "
    "from either, your phone admins can make a new one."
)
AGAIN_LATER = "The phone system cannot look that up right now. Scan the code again in a minute."


def blueprint(services: Services) -> Blueprint:
    phones = Blueprint("phones", __name__, template_folder="templates")

    @phones.get("/phones/<token>.png")
    def picture(token: str) -> Response:
        if provisioning.ticket_of(services.settings, token) is None:
            raise NotFound(NOT_GOOD)
        image = linphone.qr_code(provisioning.address(services.settings, token))
        return Response(image, mimetype="image/png")

    @phones.get("/phones/<token>")
    def phone(token: str) -> Response | str:
        holder, extension = _redeemable(services, token)
        if LINPHONE in request.headers and request.method == "GET":
            return _set_up(services, holder, extension)
        url, server = provisioning.address(services.settings, token), services.settings.sip_domain
        return render_template("phone.html", url=url, number=extension.number, server=server)

    phones.after_request(_keep_nowhere)
    phones.register_error_handler(NotFound, lambda error: (str(error.description), 404))
    phones.register_error_handler(Exception, _handle_error)
    return phones


def _handle_error(error: Exception) -> tuple[str, int]:
    """Answer an error. Flask itself would log the path, and with it the token."""
    log.error("a phone cannot set itself up", extra={"reason": f"{type(error).__name__}: {error}"})
    return AGAIN_LATER, 503


def _redeemable(services: Services, token: str) -> tuple[Holder, Extension]:
    """Return whose ticket it is. Raises NotFound."""
    ticket = provisioning.ticket_of(services.settings, token)
    found = password.find(services, str(ticket.key)) if ticket else None
    if not ticket or not found:
        raise NotFound(NOT_GOOD)
    holder, extension = found
    if holder.secret_shown_at or linphone.fingerprint(extension) != ticket.fingerprint:
        raise NotFound(NOT_GOOD)
    return holder, extension


def _set_up(services: Services, holder: Holder, extension: Extension) -> Response:
    """Answer Linphone with its configuration. Raises NotFound."""
    secret = password.reveal(
        services, holder, extension, by=Actor("link", password.name_of(holder, extension))
    )
    if secret is None:
        raise NotFound(NOT_GOOD)
    document = linphone.configuration(extension, services.settings.sip_domain, secret)
    return Response(document, mimetype="application/xml")


def _keep_nowhere(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
