"""Commands name users as sudo and chown take them."""

from __future__ import annotations

import command_lines


def test_a_user_without_a_name_is_a_number_and_sudo_is_told_so() -> None:
    assert (command_lines.user_name(54321), command_lines.group_name(54321)) == ("54321", "54321")
    assert " sudo -u '#54321' " in command_lines.as_user("flask publish", 54321)


def test_root_is_told_to_take_the_user_of_the_service() -> None:
    assert " sudo -u switchhook " in command_lines.as_user("flask publish", command_lines.ROOT)
    assert (command_lines.user_name(0), command_lines.group_name(0)) == ("root", "root")
