"""The API in Flask: all groups of routes, their description, and the page to read it at."""

from __future__ import annotations

import json

from flask import Flask, Response

from handlers.api import (
    audit,
    authentication,
    bulk,
    docs_page,
    events,
    extensions,
    health,
    idempotency,
    openapi,
    pjsip_config,
)
from handlers.api.routes import Api
from handlers.body_limits import LIMITS, BodyLimits, Larger
from pbx.services import Services

GROUPS = (
    extensions.add_routes,
    bulk.add_routes,
    events.add_routes,
    pjsip_config.add_routes,
    audit.add_routes,
    health.add_routes,
)


def register(app: Flask, services: Services) -> None:
    """Add the API to the app."""
    idempotency.register(app, services)
    app.extensions["api"] = api = Api()
    for add_routes in GROUPS:
        add_routes(api, services)
    is_signed = authentication.door(app).has_signed
    larger = {
        route: Larger(limit, "authorization", is_signed) for route, limit in api.larger_bodies().items()
    }
    app.extensions[LIMITS] = BodyLimits(larger)
    document = json.dumps(openapi.description(api.routes, api.groups))  # in the order in which people read

    @api.blueprint.get("/openapi.json")
    def openapi_json() -> Response:
        return Response(document, mimetype="application/json")

    docs_page.add_routes(api.blueprint)
    app.register_blueprint(api.blueprint)
