"""The rights of the manager user."""

from __future__ import annotations

from pbx import manager_user


def test_calls_take_one_right_more_behind_the_others() -> None:
    least = manager_user.write(calls=False)
    assert least == manager_user.LEAST_WRITE
    assert manager_user.write(calls=True) == (*least, "originate")
