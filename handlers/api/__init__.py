"""The REST API under /api/.

- Each group of routes has a file with `add_routes`, which blueprint.py calls: extensions.py, with extension_changes.py and
  extension_checks.py.
- Many extensions at once: bulk.py, where bulk_objects.py makes rows of JSON; handlers/bulk/ has what files need, too.
- A route is declared by routes.py, and is then a route.py: requests.py reads what it takes, openapi.py describes it,
  docs_page.py is the page that shows that.
- Who asks: authentication.py, with signing.py; tokens.py creates and revokes tokens.
- Events: events.py, in pages (paging.py) of what event_filters.py takes, event_queries.py finds and event_schemas.py shows.
- Events as they come: event_stream.py begins a stream, which handlers/streams serves; event_feed.py is what it says, of
  recent_events.py.
- What is sent and answered: extension_schemas.py, change_schemas.py, check_schemas.py and bulk_schemas.py, of the fields
  in extension_fields.py; shown.py and change_bodies.py fill them, diagnostics.py words the doctor's findings.
- Which extension, in which revision: extension_ids.py and etags.py.
- NAT and transports: pjsip_config.py, with pjsip_schemas.py. Who did what: audit.py. What works: health.py, the latest.py of looks.
- A request that is sent again is not done again: idempotency.py.
- What goes wrong is a problem: problems.py, which problem_texts.py describes by status; next_steps.py
  says what to do next as a client of the API does it.
"""
