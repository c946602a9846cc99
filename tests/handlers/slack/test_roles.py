"""What everybody, an owner and an admin may do."""

from __future__ import annotations

import pytest

from handlers.slack import roles
from handlers.slack.roles import Asker, Role, may, role_of
from handlers.subcommands import SUBCOMMANDS
from models.extension import Extension

ALICES = Extension(number="101", name="Alice", encrypted_secret="", slack_user_id="U0ALICE01")
NOBODYS = Extension(number="102", name="Lobby", encrypted_secret="")


@pytest.mark.parametrize(
    ("asker", "extension", "role"),
    [
        (Asker("U0ALICE01", is_admin=False), ALICES, Role.OWNER),
        (Asker("U0ALICE01", is_admin=False), NOBODYS, Role.EVERYBODY),
        (Asker("U0ALICE01", is_admin=False), None, Role.EVERYBODY),
        (Asker("U0BOB0001", is_admin=False), ALICES, Role.EVERYBODY),
        (Asker("", is_admin=False), NOBODYS, Role.EVERYBODY),
        (Asker("U0ADMIN01", is_admin=True), ALICES, Role.ADMIN),
        (Asker("U0ADMIN01", is_admin=True), None, Role.ADMIN),
    ],
)
def test_who_somebody_is_to_an_extension(asker: Asker, extension: Extension | None, role: Role) -> None:
    assert role_of(asker, extension) is role


def test_an_owner_may_what_everybody_may_and_an_admin_everything() -> None:
    allowed = {role: {name for name in SUBCOMMANDS if may(role, name)} for role in Role}
    assert allowed[Role.EVERYBODY] < allowed[Role.OWNER] < allowed[Role.ADMIN] == set(SUBCOMMANDS)
    assert "secret" in allowed[Role.OWNER] - allowed[Role.EVERYBODY]
    assert not {"create", "set", "enable", "disable", "delete", "verify"} & allowed[Role.OWNER]


def test_what_is_not_in_the_table_is_for_admins() -> None:
    assert set(roles.NEEDED) <= set(SUBCOMMANDS)
    assert may(Role.ADMIN, "dance")
    assert not may(Role.OWNER, "dance")
