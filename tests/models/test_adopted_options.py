"""What somebody sets counts before what was taken over."""

from __future__ import annotations

import pytest

from models.adopted_options import AdoptedOptions, without_overridden

OPTIONS: AdoptedOptions = {
    "endpoint": [("transport", "transport-2"), ("allow", "h264"), ("callerid", "x <1>"), ("set_var", "A=1")],
    "aor": [("remove_existing", "no")],
}


@pytest.mark.parametrize(
    ("field", "gone"),
    [("transport", "transport"), ("codecs", "allow"), ("name", "callerid"), ("caller_id", "callerid")],
)
def test_a_field_that_is_set_takes_the_place_of_its_option(field: str, gone: str) -> None:
    left = without_overridden(OPTIONS, [field])
    assert left["endpoint"] == [pair for pair in OPTIONS["endpoint"] if pair[0] != gone]
    assert left["aor"] == OPTIONS["aor"]


def test_other_fields_change_nothing_and_a_section_without_options_goes() -> None:
    assert without_overridden(OPTIONS, ["context", "secret"]) == OPTIONS
    assert without_overridden({"endpoint": [("callerid", "x")]}, ["name"]) == {}
