"""What a sentence says to do next is a route of the API, where there is one."""

from __future__ import annotations

import pytest

from app import create_app
from handlers.api.next_steps import ROUTES, for_programs
from handlers.api.problems import FieldFault, ProblemDetails
from pbx.services import Services


@pytest.mark.parametrize(
    ("typed", "route"),
    [
        (
            "101 is taken by Alice: see /ext status 101, or leave the number out",
            "101 is taken by Alice: see GET /api/extensions/number:101, or leave the number out",
        ),
        ("if that was a slip: /ext delete 0109", "if that was a slip: DELETE /api/extensions/number:0109"),
        (
            "/ext enable 101, and at once /ext secret 101",
            "PATCH /api/extensions/number:101 with enabled=true, and at once POST /api/extensions/number:101/rotate-secret",
        ),
        (
            "or /ext set 101 codecs=ulaw,alaw,g722",
            "or PATCH /api/extensions/number:101 with codecs=ulaw,alaw,g722",
        ),
        ("belongs into /ext set 101", "belongs into PATCH /api/extensions/number:101"),
        (
            "see /ext list, or make it with /ext create 101 Name",
            "see GET /api/extensions, or make it with POST /api/extensions",
        ),
        (
            "/ext nat set media=… local=…, with that address",
            "POST /api/pjsip/config/external-media with media=… local=…, with that address",
        ),
        ("/ext audit 101 tells who", "GET /api/audit?extension=101 tells who"),
        ("have /ext verify 101, or /ext adopt 101", "have /ext verify 101, or /ext adopt 101"),
    ],
)
def test_what_is_typed_in_slack_is_a_route_where_there_is_one(typed: str, route: str) -> None:
    assert for_programs(typed) == route


def test_every_route_is_one(quiet: Services) -> None:
    urls = create_app(quiet.settings).url_map.bind("localhost")
    for _, route in ROUTES:
        method, path = route.format(number=101, given="name=Alice").partition("?")[0].split()[:2]
        assert urls.test(path, method), route


def test_answers_say_it_so() -> None:
    fault = FieldFault(field="", detail="see /ext status 101")
    problem = ProblemDetails(title="Conflict", status=409, detail="see /ext status 101", errors=[fault])
    assert "/ext " not in problem.model_dump_json()
