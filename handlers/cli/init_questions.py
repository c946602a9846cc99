"""What `flask init` asks, where it is neither given nor there: few questions, each with a default and why."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import click

from installation import answers, findings, processes
from installation import manifest as manifests
from installation.facts import Answers, Machine
from installation.plan import NewSecrets
from pbx.errors import Refusal

BYTES = 32


@dataclass(frozen=True)
class Question:
    """One answer: the setting that has it, how it is asked, and why it is needed."""

    name: str
    setting: str
    words: str
    why: str
    guess: Callable[[Machine], str] = lambda _machine: ""
    is_secret: bool = False


def _host(_machine: Machine) -> str:
    return processes.host_name() or ""


def _server(machine: Machine) -> str:
    """Return the address in the own network, with the port that Asterisk listens on for phones if that is unusual."""
    bound, port = findings.sip_bind(machine)
    return (bound or processes.address()) + (f":{port}" if port else "")


# fmt: off
HOST = Question("host", "PUBLIC_URL", "Name of this machine on the internet", "Slack sends /ext to it over HTTPS.", _host)
BEFORE_THE_APP = (
    Question("sip_domain", "SIP_DOMAIN", "Server for phones", "People type it into their phones; an address of your network will do.", _server),
    Question("extension_range", "EXTENSION_RANGE", "Numbers for extensions", "/ext create takes the next free one of these.", lambda _machine: "100-199"),
)
BOT_TOKEN = Question("slack_bot_token", "SLACK_BOT_TOKEN", "Bot User OAuth Token, xoxb-…", "It is below “OAuth & Permissions”, and lets Switchhook post.", is_secret=True)
APP_TOKEN = Question("slack_app_token", "SLACK_APP_TOKEN", "App-level token, xapp-…", "Below “Basic Information”, “App-Level Tokens”, “Generate Token and Scopes” makes it, with the scope connections:write; by it Switchhook connects to Slack.", is_secret=True)
SIGNING_SECRET = Question("slack_signing_secret", "SLACK_SIGNING_SECRET", "Signing Secret", "It is below “Basic Information”, “App Credentials”; by it requests are known to be Slack's.", is_secret=True)
ADMINS = Question("slack_admins", "SLACK_ADMINS", "Your member ID, U…", "Who may change extensions. In Slack: your profile, then ⋮, then “Copy member ID”; several with commas.")
QUESTIONS = (HOST, *BEFORE_THE_APP, BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, ADMINS)
# fmt: on
WAY = (
    "\nSlack has to reach this machine over HTTPS (a name on the internet, ports 80 and 443, a certificate), or Switchhook "
    "connects to Slack itself (Socket Mode), and nothing has to be opened."
)


def ask(machine: Machine, given: dict[str, str], asking: bool) -> Answers:
    """Return the answers: those given, else those asked for, or guessed. Raises Refusal for one that cannot be."""
    _check(machine, given)
    is_https = _is_over_https(machine, given, asking)
    before = (HOST, *BEFORE_THE_APP) if is_https else BEFORE_THE_APP
    of_the_app = (BOT_TOKEN, SIGNING_SECRET if is_https else APP_TOKEN, ADMINS)
    values = {each.name: _answer(each, machine, given, asking) for each in before}
    host = values.get("host") or given["host"] or machine.host
    if is_https and not host:
        raise Refusal("the name under which Slack reaches this machine is not known: --host pbx.example.com")
    if asking and not _has_app(machine, given, of_the_app):
        _show_link(machine, host, is_socket=not is_https)
    values |= {each.name: _answer(each, machine, given, asking) for each in of_the_app}
    return _checked(values | {"host": host})


def _is_over_https(machine: Machine, given: dict[str, str], asking: bool) -> bool:
    """Return which way it is to be, as far as that is known; Socket Mode needs nothing that a PBX may lack."""
    if given["slack_app_token"] or machine.has_socket:
        return False
    if (
        given["host"]
        or machine.host
        or given["slack_signing_secret"]
        or SIGNING_SECRET.setting in machine.env_values
    ):
        return True
    if not asking:
        return False
    click.echo(WAY)
    return click.confirm("Can Slack reach this machine over HTTPS? If you do not know: no", default=False)


def _checked(values: dict[str, str]) -> Answers:
    try:
        return answers.checked(**values)
    except ValueError as error:
        raise Refusal(str(error)) from None


def _check(machine: Machine, given: dict[str, str]) -> None:
    """Raise Refusal for a value that is none, or that `.env` has otherwise: what is in there is kept."""
    checked = _checked(dict(given))
    for each in QUESTIONS:
        value = getattr(checked, each.name)
        there = machine.host if each.name == "host" else machine.env_values.get(each.setting)
        if value and there and value != there:
            raise Refusal(
                f"{each.setting} is in {machine.env_path} already, with another value: change it there"
            )


def _has_app(machine: Machine, given: dict[str, str], of_the_app: tuple[Question, ...]) -> bool:
    return all(given.get(each.name) or each.setting in machine.env_values for each in of_the_app)


def _answer(question: Question, machine: Machine, given: dict[str, str], asking: bool) -> str:
    if given.get(question.name) or question.setting in machine.env_values:
        return given.get(question.name, "")
    guess = question.guess(machine)
    if not asking:
        return guess
    click.echo(f"\n{question.why}")
    optional = question not in (HOST, *BEFORE_THE_APP)
    return str(
        click.prompt(
            question.words + (" (Enter: later)" if optional else ""),
            default="" if optional else guess or None,
            show_default=not optional,
            hide_input=question.is_secret,
            value_proc=_valid(question.name),
        )
    )


def _valid(name: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            return answers.CHECKS[name](text) if text else ""
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    return check


def _show_link(machine: Machine, host: str, *, is_socket: bool) -> None:
    manifest = manifests.manifest(machine.templates["manifest.yaml"], host, is_socket=is_socket)
    click.echo(
        "\nNow make the Slack app: open this link in a browser, choose your workspace, click “Next” and “Create”, then "
        f"“Install to Workspace”.\n\n{manifests.new_app_link(manifest)}\n\nIf it is too long to copy: "
        f".venv/bin/flask slack manifest {'--socket' if is_socket else f'--host={host}'}, typed in another terminal in Switchhook's "
        "folder, prints what to paste at https://api.slack.com/apps, “Create New App”, “From a manifest”, “YAML”."
    )


def new_secrets() -> NewSecrets:
    """Make random ones; those that are there already are kept all the same."""
    return NewSecrets(
        secret_key=secrets.token_urlsafe(BYTES),
        ami_secret=secrets.token_hex(BYTES),
        hr_webhook_secret="whsec_" + base64.b64encode(secrets.token_bytes(BYTES)).decode(),
    )
