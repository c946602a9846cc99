"""Takes out of the running dialplan what leaves the file."""

from __future__ import annotations

from collections.abc import Sequence

from pbx import dialplan
from pbx.ami_client import Client
from pbx.config.admin_config import AdminFiles
from pbx.config.managed_files import Files
from pbx.dialplan import Exten
from pbx.publishing import plan
from pbx.publishing.plan import Plan


def take_out(asterisk: Client, todo: Plan, on_disk: Files) -> None:
    """Raises AsteriskUnavailable."""
    gone = plan.stale(todo, on_disk.blocks, on_disk.admin)
    asterisk.ask_all(dialplan.remove_action(context, exten) for context, exten in gone)
    _take_out_ours(asterisk, plan.shared(todo, on_disk.blocks, on_disk.admin), on_disk.admin)


def _take_out_ours(asterisk: Client, extens: Sequence[Exten], admin: AdminFiles) -> None:
    """Whatever is not as Switchhook put it stays, and so does each priority that extensions.conf has by hand.

    A hint beside one of pjsip_wizard.conf must go: once the wizard's is taken away, it makes Asterisk crash at the
    next reload of the dialplan.
    """
    answers = asterisk.ask_all(dialplan.show_action(exten.context, exten.exten) for exten in extens)
    asterisk.ask_all(
        dialplan.remove_action(exten.context, exten.exten) | {"Priority": priority}
        for exten, events in zip(extens, answers, strict=True)
        for priority in sorted(exten.put(events) - admin.dialplan.priorities(exten.exten, exten.context))
    )
