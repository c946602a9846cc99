"""Which benches run; what they measure is shown by running them."""

from __future__ import annotations

import pytest

from tests.bench.__main__ import BENCHES, chosen


def test_without_a_name_all_benches_run() -> None:
    assert chosen([]) == list(BENCHES)


def test_only_those_named_run_and_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert chosen(["replay", "calls"]) == ["replay", "calls"]
    with pytest.raises(SystemExit):
        chosen(["recalls"])
    assert "there is no recalls; there are: acknowledge, " in capsys.readouterr().err
