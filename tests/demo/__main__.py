"""`make demo`: the guide's “Complete Setup for 2 Extensions”, step by step, on the real things.

Exits 0 only if every step was true. On a terminal it then leaves a prompt for more `/ext …`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from tests.asterisk_bed import Asterisk, AsteriskError
from tests.debian_packages import InstallError
from tests.demo.prompt import prompt
from tests.demo.stage import ALERT_CHANNEL, Stage, StepFailed
from tests.demo.story import tell
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn, SlackUser


def main() -> int:
    console = Console(highlight=False)
    try:
        with ExitStack() as stack:
            stage = _set(stack, console)
            tell(stage, stack)
            console.print("\n[bold green]Every step was true.[/]")
            if sys.stdin.isatty() and sys.stdout.isatty():
                prompt(stage)
    except StepFailed as failed:
        console.print(f"\n[bold red]That was not true:[/] {escape(str(failed))}")
        return 1
    except (AsteriskError, InstallError) as failed:
        console.print(f"\n[bold red]There is no Asterisk to show it on:[/] {escape(str(failed))}")
        return 1
    except KeyboardInterrupt:
        console.print("\nEnding everything that was started …")
        return 130
    return 0


def _set(stack: ExitStack, console: Console) -> Stage:
    """Starts what is needed; the stack ends it, whatever happens."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="switchhook-demo-")))
    with console.status("Starting Asterisk (the first time, it is downloaded: about a minute) …"):
        asterisk = stack.enter_context(Asterisk(folder / "pbx"))
    version = asterisk.cli("core show version").split(" built ")[0]
    console.print(
        f"[dim]{version}, SIP on {asterisk.sip_domain}, manager interface on port {asterisk.ami_port}[/]",
        soft_wrap=True,
    )
    with console.status("Starting Switchhook under gunicorn, and a stand-in for Slack …"):
        slack = stack.enter_context(SlackStandIn())
        slack.socket_mode = bool(os.environ.get("SOCKET"))
        database_url = f"sqlite:///{folder / 'switchhook.db'}"
        migrate(database_url)
        more = {"ALERT_CHANNEL": ALERT_CHANNEL}
        switchhook = stack.enter_context(Switchhook(asterisk, slack, database_url, more))
        switchhook.listen()
        switchhook.wait_for_log('"listening"')
    console.print(
        f"[dim]Switchhook on {switchhook.url}{', which Slack never calls: Socket Mode' if slack.socket_mode else ''}; what "
        "follows in bold is typed into Slack[/]",
        soft_wrap=True,
    )
    admin = SlackUser(slack, switchhook.url, user_id=switchhook.admin_id, user_name="you")
    made = switchhook.flask("token", "create", "demo", "--scope", "extensions:write", "--days", "1")
    return Stage(console, asterisk, slack, admin, switchhook.url, made.stdout.strip())


if __name__ == "__main__":
    sys.exit(main())
