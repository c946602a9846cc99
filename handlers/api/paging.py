"""Lists that are read page by page."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request


def next_page(cursor: str | None) -> dict[str, str]:
    """Return the header that names the next page; None: there is none."""
    if cursor is None:
        return {}
    query = urlencode(request.args.to_dict() | {"cursor": cursor})
    return {"Link": f'<{request.path}?{query}>; rel="next"'}
