"""Extensions as the API shows them, with what Asterisk has of them now."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.api.extension_schemas import ExtensionList, ShownEndpoint, ShownExtension
from models.extension import Extension
from pbx import extension_pages
from pbx.endpoints import Endpoint, endpoint_of
from pbx.errors import AsteriskUnavailable
from pbx.extension_pages import Page
from pbx.services import Services


def shown(services: Services, row: Extension) -> ShownExtension:
    """Show one; what Asterisk would know is null if it cannot be asked."""
    try:
        endpoint = endpoint_of(services.settings, row.number) if row.has_phones else None
    except AsteriskUnavailable:
        return ShownExtension.of(row, None, is_known=False)
    return ShownExtension.of(row, endpoint)


def shown_list(services: Services, page: Page, *, with_endpoints: bool) -> ExtensionList:
    """Show a page. `with_endpoints`: and all endpoints of Asterisk."""
    is_known = page.error is None
    return ExtensionList(
        extensions=[ShownExtension.of(row, page.endpoint(row), is_known=is_known) for row in page.extensions],
        next_cursor=page.extensions[-1].number if page.has_more else None,
        asterisk_endpoints=shown_endpoints(services, page.endpoints) if with_endpoints and is_known else None,
        asterisk_error=page.error,
    )


def shown_endpoints(services: Services, found: Mapping[str, Endpoint]) -> list[ShownEndpoint]:
    """Show Asterisk's endpoints, and which are Switchhook's."""
    managed = extension_pages.managed_endpoints(services)
    return [ShownEndpoint.of(each, managed=name in managed) for name, each in found.items()]
