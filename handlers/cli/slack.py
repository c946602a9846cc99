"""`flask slack manifest`: what Slack makes the app of."""

from __future__ import annotations

import json
import os
from urllib.parse import urlsplit

import click
from flask.cli import AppGroup

from command_lines import PROJECT
from handlers.cli.json_output import json_option
from handlers.doctor.env_file import EnvFile
from installation import manifest as manifests

slack = AppGroup("slack", help="The Slack app.")


@slack.command(
    "manifest",
    with_appcontext=False,
    help="Print the Slack app's manifest: for Socket Mode, or for HTTPS where PUBLIC_URL is set and SLACK_APP_TOKEN is not.",
)
@click.option("--host", default="", help="Under this name, in the place of PUBLIC_URL's.")
@click.option("--socket", is_flag=True, help="For Socket Mode, whatever is set.")
@json_option("As JSON in the place of YAML.")
def manifest(host: str, socket: bool, machine: bool) -> None:
    found = {**EnvFile.read().values, **os.environ}
    host = host or urlsplit(found.get("PUBLIC_URL", "")).netloc
    is_socket = socket or not host or bool(found.get("SLACK_APP_TOKEN"))
    text = manifests.manifest((PROJECT / "manifest.yaml").read_text(), host, is_socket=is_socket)
    click.echo(json.dumps(manifests.parsed(text), indent=2) + "\n" if machine else text, nl=False)
