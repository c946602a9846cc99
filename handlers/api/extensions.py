"""/api/extensions: lists, one extension, and what changes it."""

from __future__ import annotations

from handlers.api import extension_changes, extension_checks
from handlers.api.etags import etag
from handlers.api.extension_ids import ExtensionId, extension_of
from handlers.api.extension_schemas import (
    ExtensionList,
    ExtensionQuery,
    OneExtension,
)
from handlers.api.paging import next_page
from handlers.api.routes import Answer, Api
from handlers.api.shown import shown, shown_list
from models.api_token import Scope
from pbx import extension_pages
from pbx.extension_pages import Wanted
from pbx.services import Services

DESCRIPTION = "Make, read, change and remove extensions. An `<id>` is the extension's id, or `number:101`."


def add_routes(api: Api, services: Services) -> None:
    extensions = api.group("Extensions", DESCRIPTION)

    @extensions.get("/extensions", Scope.READ, answers={200: ExtensionList}, sends=("Link",))
    def list_extensions(query: ExtensionQuery) -> Answer:
        """List extensions.

        In order of number, with what Asterisk has of their phones. If Asterisk cannot be asked, the list still comes,
        and `asterisk_error` says why.
        """
        page = extension_pages.page(services, _wanted(query))
        is_paged = query.limit is not None or query.cursor is not None
        listed = shown_list(services, page, with_endpoints=not is_paged)
        return Answer(listed, headers=next_page(listed.next_cursor))

    @extensions.get("/extensions/<id>", Scope.READ, answers={200: OneExtension}, sends=("ETag",))
    def read_extension(id: ExtensionId) -> Answer:
        """Read one extension.

        With what Asterisk has of its phones now. The ETag names its revision: sent back as If-Match it keeps a change from
        overwriting somebody else's. Phones come and go without a new revision.
        """
        row = extension_of(services, id)
        return Answer(OneExtension(extension=shown(services, row)), headers={"ETag": etag(row)})

    extension_changes.add_routes(extensions, services)
    extension_checks.add_routes(extensions, services)


def _wanted(query: ExtensionQuery) -> Wanted:
    return Wanted(query.q, query.enabled, query.state, query.registered, query.cursor or "", query.limit)
