"""The composition root: builds Flask and Bolt, hangs in the handlers, exposes `app` for gunicorn and flask."""

from __future__ import annotations

import json
import logging

from flask import Flask, Request, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

import logs
import settings as environment
from handlers import cli, ext_command, health
from handlers.admins import Admins
from handlers.hr import blueprint as hr
from handlers.hr.receive import LARGEST_BODY
from handlers.onboarding import actions, phones
from pbx.system import PhoneSystem
from settings import Settings

# Threads that work on commands: most of them only wait for the publish of another.
WORKERS = 64


def create_app(settings: Settings) -> Flask:
    logs.configure()
    app = Flask("switchhook")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    logs.follow_requests(app)
    system = PhoneSystem.of(settings)
    app.register_blueprint(health.blueprint(system))
    app.register_blueprint(hr.blueprint(system))
    if settings.public_url:
        app.register_blueprint(phones.blueprint(system))
    _add_slack(app, system)
    cli.register(app, system)
    return app


def _add_slack(app: Flask, system: PhoneSystem) -> None:
    settings = system.settings
    token = settings.slack_bot_token.get_secret_value()
    client = WebClient(token=token, base_url=settings.slack_api_url)
    bolt = App(
        # Bolt copies its logger's level: without this it warns at every start that it ignores a token.
        logger=logging.getLogger("slack_bolt"),
        client=client,
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        authorize=lambda enterprise_id, team_id: AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=token
        ),
        process_before_response=True,  # acknowledgements never queue behind work
        listener_executor=logs.ContextExecutor(WORKERS, "ext"),
    )
    admins = Admins(settings.slack_admins, client)
    ext_command.register(bolt, system, admins)
    actions.register(bolt, system, admins)
    handler = SlackRequestHandler(bolt)
    secret = settings.slack_signing_secret.get_secret_value()

    @app.post("/slack/events")
    def slack_events() -> Response | tuple[str, int]:
        if not secret:
            return "SLACK_SIGNING_SECRET is not set", 503
        if not _is_signed(SignatureVerifier(secret), request):
            return "not signed by Slack", 401
        if not _is_object(request):
            return "neither a form nor a JSON object", 400
        return handler.handle(request)


def _is_signed(verifier: SignatureVerifier, incoming: Request) -> bool:
    """Checked before Bolt sees anything: it answers 500 to a timestamp that is no number."""
    try:
        return verifier.is_valid_request(incoming.get_data(cache=True), dict(incoming.headers))
    except (TypeError, ValueError):
        return False


def _is_object(incoming: Request) -> bool:
    """Bolt takes for granted that a JSON body, or the payload in a form, is an object."""
    document = incoming.get_data(cache=True) if incoming.is_json else incoming.form.get("payload", "{}")
    try:
        return isinstance(json.loads(document), dict)
    except ValueError:
        return False


def __getattr__(name: str) -> Flask:
    """`app` is built when gunicorn or flask asks for it, so that tests can import create_app alone."""
    if name != "app":
        raise AttributeError(name)
    globals()[name] = app = create_app(environment.load())
    return app
