"""/api/docs: Swagger UI reads the description aloud. All of it comes from this server, and its CSP allows no other."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, send_from_directory

# Of a package that is never imported: its own page has an inline script, which the CSP forbids.
FILES = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")
WORDS = Path(__file__).parents[2] / "docs"
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Switchhook API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/contrast.css">
</head>
<body>
<div id="page"></div>
<noscript>This page needs JavaScript. The same for machines: <a href="openapi.json">openapi.json</a></noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
# No validator of another host; a token typed here stays in the page's memory.
START = """SwaggerUIBundle({url: "openapi.json", dom_id: "#page", deepLinking: true, validatorUrl: null,
  persistAuthorization: false, docExpansion: "list", presets: [SwaggerUIBundle.presets.apis]});
"""
# Swagger UI's own colours and targets are less than WCAG AA asks for.
CONTRAST = """.swagger-ui .info .title small { background: #4b5563; }
.swagger-ui .info .title small.version-stamp { background: #3f6212; }
.swagger-ui .info a, .swagger-ui .info .link .url { color: #1d4ed8; }
.swagger-ui .btn.authorize { border-color: #166534; color: #166534; }
.swagger-ui .btn.authorize svg { fill: #166534; }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1d4ed8; }
.swagger-ui .opblock.opblock-post .opblock-summary-method { background: #166534; }
.swagger-ui .opblock.opblock-put .opblock-summary-method { background: #9a3412; }
.swagger-ui .opblock.opblock-patch .opblock-summary-method { background: #115e59; }
.swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #b91c1c; }
.swagger-ui .opblock-summary-path a { display: inline-block; line-height: 24px; }
.swagger-ui .json-schema-2020-12-expand-deep-button { color: #4b5563; }
"""
HEADERS = {
    # data: the icons in Swagger UI's own style sheet
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",  # ask whether it is still the same
}


def add_routes(api: Blueprint) -> None:
    folder = _folder()

    @api.get("/docs")
    def docs() -> Response:
        return Response(PAGE, headers=HEADERS, mimetype="text/html")

    @api.get("/docs/start.js")
    def docs_start() -> Response:
        return Response(START, headers=HEADERS, mimetype="text/javascript")

    @api.get("/docs/contrast.css")
    def docs_contrast() -> Response:
        return Response(CONTRAST, headers=HEADERS, mimetype="text/css")

    @api.get("/docs/api.md")
    def docs_words() -> Response:
        """What the description cannot say, of this very version; a browser shows it as text."""
        response = send_from_directory(WORDS, "api.md", mimetype="text/plain")
        response.headers.update(HEADERS)
        return response

    @api.get("/docs/<any({}):name>".format(", ".join(f'"{name}"' for name in FILES)))
    def docs_file(name: str) -> Response:
        response = send_from_directory(folder, name)
        response.headers.update(HEADERS)
        return response


def _folder() -> Path:
    package = find_spec("flask_swagger_ui")
    assert package, "requirements.txt has it"  # noqa: S101
    return Path(package.origin or "").parent / "dist"
