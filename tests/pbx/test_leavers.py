"""Who still has the password of an extension that is somebody else's now; who left: tests/handlers/onboarding/test_password.py."""

from __future__ import annotations

from models.encryption import generate_secret
from models.fields import Changes
from pbx import extensions
from pbx.services import Services
from tests.factories import insert_extension
from tests.slash_commands import TESTER

KNOWN = (
    "who had 101 until now still has its password, and can make and take its calls: "
    "/ext secret 101 makes a new one"
)


def warned(services: Services, changes: Changes) -> tuple[str, ...]:
    return extensions.change(services, "101", changes, by=TESTER).warnings


def test_who_gives_an_extension_to_somebody_else_reads_who_still_has_its_password(quiet: Services) -> None:
    insert_extension(quiet, "101")
    assert warned(quiet, Changes(slack_user_id="U0ALICE01")) == ()
    assert warned(quiet, Changes(slack_user_id="U0ALICE01")) == ()
    assert warned(quiet, Changes(slack_user_id="U0CAROL01", name="Carol")) == (KNOWN,)
    assert warned(quiet, Changes(slack_user_id=None)) == (KNOWN,)


def test_with_a_new_password_nobody_else_has_it(quiet: Services) -> None:
    insert_extension(quiet, "101", slack_user_id="U0ALICE01")
    assert warned(quiet, Changes(slack_user_id="U0CAROL01", secret=generate_secret())) == ()
