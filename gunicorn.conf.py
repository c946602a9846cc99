"""gunicorn reads this by itself: `gunicorn app:app` needs no options."""

import logging
from threading import Event
from typing import Any

from gunicorn.glogging import Logger
from sqlalchemy.exc import SQLAlchemyError

import logs
import settings
from models import failure, schema
from models.database import Database


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
    database = Database(settings.load().database_url.get_secret_value())
    try:
        problem = schema.problem(database.engine)
    except SQLAlchemyError as error:
        problem = failure.describe(error)
    database.close()
    if problem:
        logging.getLogger("switchhook").error("the database cannot be used", extra={"reason": problem})


def post_worker_init(worker: Any) -> Event:
    """Each web process looks whether a listener runs."""
    from handlers.alerts import watchdogs

    return watchdogs.start(worker.wsgi)


bind = f"127.0.0.1:{settings.load().port}"  # the world comes through a web server that speaks TLS; see the Procfile
worker_class = "web_worker.WholeRequestsWorker"  # a gthread that half-sent requests cannot hold up
keepalive = 0  # one request a connection
# Stays below 1024 open files, the usual limit, with all that a worker has open besides.
worker_connections = 400
workers = 2
threads = 16
timeout = 60  # seconds without a heartbeat until a worker is replaced
graceful_timeout = 30  # seconds for commands under way, so that nobody waits for an answer in vain
accesslog = None  # logs.py writes one JSON line for each request
control_socket_disable = True  # nothing here uses it, and it wants a writable home folder
logger_class = JsonLogger
