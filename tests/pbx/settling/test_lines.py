"""An extension's lines in the block, as options."""

from __future__ import annotations

from pbx import pjsip
from pbx.pjsip import Endpoint
from pbx.settling import lines

ALICE = Endpoint.model_validate(
    {"number": "101", "name": 'Alice; "A"', "secret": ">Se;cret1", "codecs": ["ulaw", "alaw"]}
)


def test_what_is_written_is_read_as_it_was() -> None:
    text = pjsip.by_number(pjsip.render([ALICE], {"udp": "transport-udp"}, {}))["101"]
    found = lines.sections(text)
    assert dict(pjsip.options(ALICE, {"udp": "transport-udp"})) == found
    assert lines.values(text)["auth", "password"] == [">Se;cret1"]
    assert lines.values(text)["endpoint", "allow"] == ["ulaw", "alaw"]
