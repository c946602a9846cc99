"""The HR webhooks for AWS Lambda: `handlers.hr.aws_lambda.handler`, behind API Gateway (v1, v2) or an ALB.

Deliveries are only stored here; DATABASE_URL names the database that the listener works on.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from apig_wsgi import make_lambda_handler
from flask import Flask

import logs
import settings as environment
from handlers.body_limits import MAX_BODY
from handlers.hr.blueprint import blueprint
from pbx.services import Services

GatewayEvent = dict[str, Any]


def handler(event: GatewayEvent, context: Any) -> GatewayEvent:
    """Answer one event of the gateway."""
    return _handler()(event, context)


def handler_for(services: Services) -> Callable[[GatewayEvent, Any], GatewayEvent]:
    """Wrap the HR webhooks alone as a function of events."""
    app = Flask("switchhook-hr")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    logs.log_requests(app)
    app.register_blueprint(blueprint(services))
    return make_lambda_handler(app)


@cache
def _handler() -> Callable[[GatewayEvent, Any], GatewayEvent]:
    """Build the application for the first event, and keep it as long as Lambda keeps the process."""
    logs.configure()
    return handler_for(Services.of(environment.load()))
