"""The composition root: builds Flask and Bolt, registers the handlers, exposes `app` for gunicorn and flask."""

from __future__ import annotations

import gc
import logging

import click
from flask import Flask
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

import logs
import settings as environment
from handlers import health, put_back_watch
from handlers.alerts import route_actions, watchdogs
from handlers.api import authentication, problems
from handlers.api import blueprint as api
from handlers.body_limits import MAX_BODY
from handlers.cli import commands as cli
from handlers.doctor import actions as doctor_actions
from handlers.home import actions as home_actions
from handlers.home.publishing import Homes
from handlers.home.queue import HomeQueue
from handlers.hr import blueprint as hr
from handlers.metrics import blueprint as metrics
from handlers.metrics import requests as counted_requests
from handlers.onboarding import actions, provisioning_pages
from handlers.oncall import command as status_command
from handlers.oncall import pages as status_pages
from handlers.oncall import revocation
from handlers.pages import blueprint as pages
from handlers.pages.access import command as page_command
from handlers.slack import (
    adopt_actions,
    command_presses,
    commands,
    events,
    late_reading,
    oauth,
    socket_mode,
    taking_up,
)
from handlers.slack.admins import Admins
from handlers.slack.answering import Answers
from handlers.slack.client import slack_client
from handlers.slack.dispatch import Dispatcher
from handlers.slack.executor import RequestExecutor
from handlers.slack.modals import extension_actions, menu_actions, nat_actions
from handlers.slack.storing import Store
from handlers.slack.workspace import Workspace
from handlers.steps import actions as step_actions
from handlers.streams import hub
from handlers.voicemail import actions as voicemail_actions
from pbx.services import Services
from settings import Settings, SettingsUnusable


def create_app(settings: Settings) -> Flask:
    logs.configure()
    app = Flask("switchhook")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    logs.log_requests(app)
    counted_requests.count(app)
    problems.register(app)
    services = Services.of(settings)
    put_back_watch.register(app, services)
    authentication.register(app, services)
    app.extensions[hub.HUB] = hub.StreamHub(services.database)
    app.register_blueprint(health.blueprint(services))
    app.register_blueprint(hr.blueprint(services))
    api.register(app, services)
    if settings.public_url:
        app.register_blueprint(provisioning_pages.blueprint(services))
    if not oauth.missing(settings):
        app.register_blueprint(status_pages.blueprint(services))
    _add_slack(app, services)
    app.register_blueprint(metrics.blueprint(services, app.extensions[watchdogs.LISTENER]))
    cli.register(app, services)
    return app


def _add_slack(app: Flask, services: Services) -> None:
    settings = services.settings
    token = settings.slack_bot_token.get_secret_value()
    client = slack_client(settings)
    executor = RequestExecutor(services.database)
    bolt = App(
        # Bolt copies its logger's level: without this it warns at every start that it ignores a token.
        logger=logging.getLogger("slack_bolt"),
        client=client,
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        authorize=lambda enterprise_id, team_id: AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=token
        ),
        process_before_response=True,  # acknowledgements never queue behind work
        listener_executor=executor,
    )
    admins = Admins(settings.slack_admins, client)
    app.extensions[watchdogs.LISTENER] = watchdogs.ListenerWatchdog(services, client, admins)
    _register(bolt, services, client, admins)
    workspace = Workspace(settings)
    pages.register(app, services, admins, workspace)
    store, answers = Store(services), Answers(services, client)
    dispatcher = Dispatcher(bolt, executor, store, workspace, client, answers)
    app.extensions[taking_up.TAKING_UP] = taking_up.TakingUp(
        services, client, admins, dispatcher, executor, store.name, answers
    )
    app.extensions[socket_mode.SOCKET] = socket_mode.SocketMode(settings, dispatcher)
    app.register_blueprint(events.blueprint(dispatcher, settings))


def _register(bolt: App, services: Services, client: WebClient, admins: Admins) -> None:
    """Register all that people press, type and submit."""
    commands.register(bolt, services, admins)
    homes = HomeQueue(Homes(services, client, admins))
    command_presses.register(bolt, services, admins, then=homes.follow)
    for form in (extension_actions, nat_actions, route_actions, menu_actions):
        form.register(bolt, services, admins)
    actions.register(bolt, services, admins, then=homes.follow)
    adopt_actions.register(bolt, services, admins)
    late_reading.register(bolt, services, admins)
    doctor_actions.register(bolt, services, admins)
    voicemail_actions.register(bolt, services)
    home_actions.register(bolt, homes)
    step_actions.register(bolt, services, admins)
    status_command.register(bolt)
    page_command.register(bolt)
    revocation.register(bolt, services, client)


def __getattr__(name: str) -> Flask:
    """Build `app` when gunicorn or flask asks for it, so that tests can import create_app alone."""
    if name != "app":
        raise AttributeError(name)
    globals()[name] = app = _app()
    gc.freeze()  # what a process begins with it needs until it ends: no collection, nor its end, is to go through it all
    return app


def _app() -> Flask:
    """Return the app; on the command line one for the commands that work without settings, if they are unusable."""
    try:
        return create_app(environment.load())
    except SettingsUnusable as unusable:
        context = click.get_current_context(silent=True)
        if context is None or context.parent:  # gunicorn, or flask's own `run`, `shell` and `routes`
            raise
        app = Flask("switchhook")
        cli.register_without_settings(app, unusable)
        return app
