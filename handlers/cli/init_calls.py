"""Whether `flask init` gives the manager user the right by which `/ext call` has calls made."""

from __future__ import annotations

import click

from installation import manager, plan
from installation.facts import Machine
from pbx.errors import Refusal
from pbx.manager_user import LOOPBACK

WHY = (
    "\n/ext call 102 rings one's own phone, then calls. For that Switchhook's manager user needs the right to originate calls, "
    "which nothing else uses; flask init --calls adds it later."
)


def ask(machine: Machine, asking: bool, *, given: bool) -> bool:
    """Return whether it is to have it: if that was given, or is answered when the user is made.

    Raises Refusal where the user stands in a file that is not Switchhook's own.
    """
    name = plan.ami_username(machine)
    user = manager.user(machine.asterisk.manager, name)
    is_here = machine.env_values.get("AMI_HOST", manager.LOOPBACK) in LOOPBACK
    if given:
        _must_be_ours(machine, name, is_here=is_here)
        return True
    if user or not is_here or not asking:
        return False
    click.echo(WHY)
    return click.confirm("May people have calls made from Slack? If you do not know: no", default=False)


def _must_be_ours(machine: Machine, name: str, *, is_here: bool) -> None:
    user, ours = manager.user(machine.asterisk.manager, name), machine.asterisk.manager_d
    if not is_here:
        where = "manager.conf of the machine that AMI_HOST names"
    elif user and user.path != ours and not manager.may_originate(user):
        where = f"{user.path}, which is yours"
    else:
        return
    raise Refusal(
        f"--calls: [{name}] stands in {where}: add originate to its write= there, then "
        'asterisk -rx "manager reload"'
    )
