"""What is left is said as commands that can be pasted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from installation import next_steps
from installation.changes import File
from installation.facts import MANIFEST, SITE, WEB, Machine
from tests.installation.scratch import look, planned

AGAIN = "sudo flask init"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """With an Asterisk that runs."""
    found = look(tmp_path)
    return replace(found, asterisk=replace(found.asterisk, running=True), project=Path("/opt/switchhook"),
                   programs=Path("/opt/switchhook/.venv/bin"))  # fmt: skip


def commands(steps: list[next_steps.Step]) -> list[str]:
    assert all(len(step.why) > 10 for step in steps)
    return [command for step in steps for command in step.commands]


def test_asterisk_and_systemd_take_what_has_changed(machine: Machine) -> None:
    assert commands(next_steps.to_load(machine, planned(machine).changes, has_slack=True)) == [
        'asterisk -rx "manager reload"',
        "systemctl daemon-reload",
        "systemctl enable switchhook-web switchhook-listener",
        "systemctl restart switchhook-web switchhook-listener",
    ]


def test_nothing_is_started_before_slack_is_known(machine: Machine) -> None:
    assert commands(next_steps.to_load(machine, planned(machine).changes, has_slack=False)) == [
        'asterisk -rx "manager reload"'
    ]
    assert AGAIN in commands(
        next_steps.to_do(machine, "pbx.example.com", has_slack=False, has_admins=True, again=AGAIN)
    )


def test_as_long_as_nobody_is_an_admin_it_says_how_somebody_becomes_one(machine: Machine) -> None:
    given = f"{AGAIN} --slack-admins=U0123456789"
    assert given in commands(next_steps.to_do(machine, "", has_slack=True, has_admins=False, again=AGAIN))
    assert given not in commands(next_steps.to_do(machine, "", has_slack=True, has_admins=True, again=AGAIN))


def test_what_runs_and_has_not_changed_is_left_alone(machine: Machine) -> None:
    running = replace(machine, services_active=True)
    assert next_steps.to_load(running, (), has_slack=True) == []
    assert len(next_steps.to_load(machine, (), has_slack=True)) == 2  # it was interrupted before


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        (SITE, []),
        (MANIFEST, []),
        (WEB, ["systemctl"]),
        (Path("/etc/asterisk/manager.conf"), ["asterisk", "systemctl"]),
    ],
)
def test_only_what_reads_a_file_is_told_of_it(machine: Machine, path: Path, wanted: list[str]) -> None:
    running, written = replace(machine, services_active=True), File(path, b"", b"x", "root", "root", 0o644)
    told = commands(next_steps.to_load(running, [written], has_slack=True))
    assert list(dict.fromkeys(command.split()[0] for command in told)) == wanted


def test_an_asterisk_that_does_not_run_is_told_first(machine: Machine) -> None:
    assert next_steps.start_asterisk(machine) == []
    stopped = replace(machine, asterisk=replace(machine.asterisk, running=False))
    assert commands(next_steps.start_asterisk(stopped)) == ["systemctl restart asterisk"]
    assert "systemctl" not in commands(next_steps.start_asterisk(replace(stopped, has_systemd=False)))[0]


def test_the_web_server_needs_a_certificate_and_the_site(machine: Machine) -> None:
    certbot, enable, doctor, page = commands(next_steps.to_do(machine, "pbx.example.com", True, True, AGAIN))
    assert certbot == "certbot certonly --nginx --deploy-hook 'systemctl reload nginx' -d pbx.example.com"
    assert enable == (
        "ln -sf /etc/nginx/sites-available/switchhook /etc/nginx/sites-enabled/switchhook && nginx -t && systemctl reload nginx "
        "|| rm /etc/nginx/sites-enabled/switchhook"
    )
    assert doctor == "cd /opt/switchhook && sudo -u switchhook .venv/bin/flask doctor"
    assert page == "cd /opt/switchhook && sudo -u switchhook .venv/bin/flask login-link"


def test_only_what_the_web_server_lacks_is_left(machine: Machine) -> None:
    there = replace(machine, certificates=frozenset({"pbx.example.com"}))
    assert len(commands(next_steps.to_do(there, "pbx.example.com", True, True, AGAIN))) == 3
    assert (
        len(
            commands(
                next_steps.to_do(replace(machine, site_enabled=True), "pbx.example.com", True, True, AGAIN)
            )
        )
        == 2
    )
    assert (
        len(
            commands(
                next_steps.to_do(replace(machine, has_nginx=False), "pbx.example.com", True, True, AGAIN)
            )
        )
        == 2
    )


def test_without_systemd_the_commands_of_the_procfile_are_shown(machine: Machine) -> None:
    found = commands(next_steps.to_do(replace(machine, has_systemd=False), "", True, True, AGAIN))
    assert found[:3] == [
        "cd /opt/switchhook && .venv/bin/alembic upgrade head",
        "cd /opt/switchhook && .venv/bin/gunicorn app:app --bind 0.0.0.0:${PORT:-8000}",
        "cd /opt/switchhook && .venv/bin/flask listen",
    ]


def test_programs_elsewhere_are_named_in_full(machine: Machine) -> None:
    elsewhere = replace(machine, programs=Path("/srv/venv/bin"))
    assert commands(next_steps.to_do(elsewhere, "", True, True, AGAIN))[-1].endswith(
        "sudo -u switchhook /srv/venv/bin/flask login-link"
    )


def test_a_scratch_root_leaves_users_and_owners_to_whoever_makes_a_machine_of_it(machine: Machine) -> None:
    (step,) = next_steps.of_root(machine, planned(machine).changes)
    assert step.commands[0].startswith("useradd --system")
    assert "chown switchhook:asterisk /etc/asterisk/switchhook" in step.commands
    assert "chown root:asterisk /etc/asterisk/manager.d/switchhook.conf" in step.commands
    assert not any("root:root" in command for command in step.commands)
    assert next_steps.of_root(machine, ()) == []
