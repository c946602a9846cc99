"""gunicorn reads this by itself: `gunicorn app:app` needs no options."""

from typing import Any

import logs
import settings

bind = f"0.0.0.0:{settings.load().port}"
worker_class = "gthread"
workers = 2
threads = 16
timeout = 60  # seconds without a heartbeat until a worker is replaced
graceful_timeout = 30  # seconds for commands under way, so that nobody waits for an answer in vain
accesslog = None  # logs.py writes one JSON line for each request
control_socket_disable = True  # nothing here uses it, and it wants a writable home folder


def on_starting(server: Any) -> None:
    """gunicorn's own lines become JSON, too."""
    logs.configure()
    server.log.error_log.handlers.clear()
    server.log.error_log.propagate = True
