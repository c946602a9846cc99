"""gunicorn reads this by itself: `gunicorn app:app` needs no options."""

import gc
import logging
import os
import shutil
import tempfile
from threading import Event
from typing import Any

from gunicorn.glogging import Logger
from sqlalchemy.exc import SQLAlchemyError

import logs
import settings
from models import failure, schema
from models.database import Database
from pbx import instrument_files

own_folders: list[str] = []  # those that on_exit() removes


class JsonLogger(Logger):
    """gunicorn's own lines are JSON, too, from the first on."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        logs.configure()
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.addFilter(logs.cut_what_was_sent)


def on_starting(_arbiter: Any) -> None:
    """Log why the database cannot be used. The processes start all the same, and go on when it can."""
    gc.freeze()  # as app.py does in each worker
    _count_together()
    try:
        problem = _problem()
    except SQLAlchemyError as error:
        problem = failure.cause(error)
    if problem:
        logging.getLogger("switchhook").error("the database cannot be used", extra={"reason": problem})


def _problem() -> str | None:
    """Return why this version cannot use the tables. Raises SQLAlchemyError when the database does not answer."""
    database = Database(settings.load().database_url.get_secret_value())
    try:
        return schema.problem(database.engine)
    finally:
        database.close()


def _count_together() -> None:
    """Name a folder where the workers count together for /metrics, unless the unit file names one."""
    if instrument_files.VARIABLE in os.environ:
        return
    try:
        own_folders.append(tempfile.mkdtemp(prefix="switchhook-metrics-"))
    except OSError:
        own_folders.append(
            "/nonexistent"
        )  # the workers count all the same, each for itself, and /metrics says so
    os.environ[instrument_files.VARIABLE] = own_folders[0]


def on_exit(_arbiter: Any) -> None:
    """Remove what only this process's workers shared."""
    for folder in own_folders:
        shutil.rmtree(folder, ignore_errors=True)


def post_worker_init(worker: Any) -> Event:
    """Start what each web process does besides answering.

    It looks whether a listener runs, and for requests that nobody carries out, and opens its connection of Socket Mode; its
    worker learns what bodies it may take, and gives streams away. The first that is ready ends those of a gunicorn that this
    one replaces.
    """
    import web_replacement
    from handlers.alerts import watchdogs
    from handlers.body_limits import LIMITS
    from handlers.slack.socket_mode import CONNECTED, SOCKET
    from handlers.slack.taking_up import TAKING_UP
    from handlers.streams.hub import HUB
    from web_worker import WholeRequestsWorker

    app = worker.wsgi
    if isinstance(worker, WholeRequestsWorker):
        worker.body_limits = app.extensions[LIMITS]
        app.extensions[HUB].start(lambda: worker.alive)
    app.extensions[TAKING_UP].start(lambda: worker.alive)
    slack = app.extensions[SOCKET]
    slack.start(lambda: worker.alive)
    web_replacement.begin(
        worker.ppid, worker.log, _problem, lambda: not slack.is_wanted or slack.state == CONNECTED
    )
    return watchdogs.start(app)


bind = f"127.0.0.1:{settings.load().port}"  # the world comes through a web server that speaks TLS; see the Procfile
worker_class = "web_worker.WholeRequestsWorker"  # a gthread that half-sent requests cannot hold up
keepalive = 0  # one request a connection
# No header says where the app is mounted: with SCRIPT_NAME, `/slack/events/extensions` would be a page, past what a web
# server in front has for pages.
forwarder_headers = ""
# Stays below 1024 open files, the usual limit, with all that a worker has open besides.
worker_connections = 400
workers = 2
threads = 16
timeout = 60  # seconds without a heartbeat until a worker is replaced
graceful_timeout = 30  # seconds for commands under way, so that nobody waits for an answer in vain
accesslog = None  # logs.py writes one JSON line for each request
control_socket_disable = True  # nothing here uses it, and it wants a writable home folder
logger_class = JsonLogger
