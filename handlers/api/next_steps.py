"""Pure: the next step that a sentence names, as a program takes it: a route of the API in the place of `/ext …`.

What the API has no route for stays what an admin types in Slack.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated

from pydantic import AfterValidator

NUMBER = "number:{number}"
ONE = f"/api/extensions/{NUMBER}"
# What is typed in Slack → the route. The first that fits counts.
ROUTES = (
    (r"status (?P<number>\d+)", f"GET {ONE}"),
    (r"audit (?P<number>\d+)", "GET /api/audit?extension={number}"),
    (r"delete (?P<number>\d+)", f"DELETE {ONE}"),
    (r"secret (?P<number>\d+)", f"POST {ONE}/rotate-secret"),
    (r"enable (?P<number>\d+)", f"PATCH {ONE} with enabled=true"),
    (r"disable (?P<number>\d+)", f"PATCH {ONE} with enabled=false"),
    (r"set (?P<number>\d+) (?P<given>[a-z_]+=[^\s,;]+)", f"PATCH {ONE} with {{given}}"),
    (r"set (?P<number>\d+)", f"PATCH {ONE}"),
    (r"create \d+ \w+", "POST /api/extensions"),
    (r"(list|status)\b", "GET /api/extensions"),
    (r"nat show\b", "GET /api/pjsip/config/global"),
    (r"nat (set|clear)\b", "POST /api/pjsip/config/external-media with"),
)


def for_programs(text: str) -> str:
    """Return a sentence for a client of the API."""
    for typed, route in ROUTES:
        text = re.sub(f"/ext {typed}", partial(_filled, route), text)
    return text


def _filled(route: str, found: re.Match[str]) -> str:
    return route.format(**found.groupdict())


Sentence = Annotated[str, AfterValidator(for_programs)]
