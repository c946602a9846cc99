"""The environment as an operator writes it, and the start that a bad value stops."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import settings
from setting_types import OWN_CONTEXTS
from settings import Settings
from tests.asterisk_bed.ports import free_port
from tests.server import PROJECT, TEST_KEY, migrate


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting in the environment but a key, and no .env in the folder."""
    for name in list(os.environ):
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)
    monkeypatch.setenv("SECRET_KEY", TEST_KEY)
    monkeypatch.chdir(tmp_path)


def start(module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A real start of Switchhook with these variables, in a folder without a .env."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "FLASK_APP": "app", **variables}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def complaint_about(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The one line that a bad value gets."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stopped:
        settings.load()
    headline, *lines = str(stopped.value).splitlines()
    assert headline == "Switchhook cannot start:"
    assert len(lines) == 1, lines
    return lines[0].strip()


BAD = {
    "SECRET_KEY": "hunter2-is-too-short",
    "SLACK_ADMINS": "xoxb-hunter2-in-the-wrong-line",
    "AMI_PORT": "hunter2",
    "AMI_TLS": "hunter2",
    "EXTENSION_RANGE": "hunter2",
    "SIP_DOMAIN": "hunter2 with spaces",
    "SIP_BIND": "hunter2",
    "HR_BAMBOOHR_API_URL": "http://hunter2.bamboohr.com",
    "HR_HIBOB_API_URL": "https://hunter2..com",
    "PUBLIC_URL": "https://hunter2.example.com/?query",
    "HR_HIBOB_API_KEY": "hunter2-without-an-id",
    "PORT": "70000",
    "AMI_USERNAME": "hunter2]\n[other",
    "AMI_SECRET": "hunter2\nwrite = all",
    "PJSIP_CONF": "hunter2/../../cron.d/pjsip.conf",
    "EXTENSIONS_CONF": "hunter2.conf\n#exec /bin/true",
    "OUTBOUND_TRUNK": "hunter2/trunk&other",
    "OUTBOUND_CONTEXTS": "from-internal,hunter2 sales",
}


@pytest.mark.parametrize(("name", "value"), BAD.items(), ids=BAD)
def test_a_bad_value_is_named_by_its_variable_and_never_repeated(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = complaint_about(name, value, monkeypatch)
    assert line.startswith(f"{name}: ")
    assert value not in line
    assert "hunter2" not in line


STARTS = [
    ("flask", ("ext", "list")),
    ("gunicorn", ("app:app", "--config", str(PROJECT / "gunicorn.conf.py"))),
]


@pytest.mark.parametrize(("module", "arguments"), STARTS, ids=["flask", "gunicorn"])
def test_every_bad_value_is_reported_at_once_and_nothing_starts(
    module: str, arguments: tuple[str, ...]
) -> None:
    ended = start(module, *arguments, **BAD)
    assert ended.returncode == 1
    assert ended.stdout == ""
    headline, *lines = ended.stderr.strip().splitlines()
    assert headline == "Switchhook cannot start:"
    assert sorted(line.split(":")[0].strip() for line in lines) == sorted(BAD)
    assert not [value for value in ("hunter2", *BAD.values()) if value in ended.stderr]


def test_without_a_secret_key_the_start_says_how_to_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    ended = start("flask", "ext", "list")
    assert ended.returncode == 1
    assert "SECRET_KEY" in ended.stderr
    assert "secrets.token_urlsafe(32)" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_settings_the_command_line_has_what_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    assert start("flask", "version").returncode == 0
    listed = start("flask", "--help").stdout
    assert "version" in listed
    assert "publish" not in listed
    assert start("flask", "run").stderr.startswith("Switchhook cannot start:")


def test_without_slack_the_command_line_works_all_the_same(tmp_path: Path) -> None:
    """An administrator may set up Asterisk first; only /slack/events needs the Slack app."""
    url = f"sqlite:///{tmp_path}/it.db"
    migrate(url)
    nobody = str(free_port())  # no Asterisk is needed for this either
    ended = start("flask", "ext", "list", DATABASE_URL=url, AMI_PORT=nobody)
    assert ended.returncode == 0, ended.stderr
    assert "0 extensions" in ended.stderr


def test_the_two_files_must_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PJSIP_CONF", "extensions.conf")
    with pytest.raises(SystemExit, match="PJSIP_CONF and EXTENSIONS_CONF name the same file"):
        settings.load()


def test_lists_are_split_at_commas_and_spaces_around_them_do_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_ADMINS", " U0ALICE ,S0PHONES,, W0BOB ")
    newest, oldest = "n" * 32, "o" * 40
    monkeypatch.setenv("SECRET_KEY", f"{newest} , {oldest}")
    loaded = settings.load()
    assert loaded.slack_admins == ("U0ALICE", "S0PHONES", "W0BOB")
    assert [key.get_secret_value() for key in loaded.secret_key] == [newest, oldest]


def test_one_short_key_among_long_ones_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "32 or more characters" in complaint_about("SECRET_KEY", f"{'k' * 32},{'s' * 31}", monkeypatch)


def test_no_admins_is_a_setting_not_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_ADMINS", " , ")
    assert settings.load().slack_admins == ()


def test_an_empty_value_counts_as_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "AMI_TLS", "AMI_CA_FILE", "EXTENSION_RANGE", "DATABASE_URL"):
        monkeypatch.setenv(name, "")
    assert settings.load() == Settings()
    assert settings.load().port == 8000
    assert settings.load().ami_ca_file is None


def test_the_env_file_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = [
        "# what phones use as server",
        "SIP_DOMAIN=pbx.example.com",
        "AMI_SECRET='with # and spaces'",
        "PORT=8123",
        "SLACK_ADMINS=U0ALICE,U0BOB",
        "SOMETHING_ELSE=is no business of ours",
    ]
    (tmp_path / ".env").write_text("\n".join(lines))
    monkeypatch.setenv("PORT", "8456")
    loaded = settings.load()
    assert loaded.sip_domain == "pbx.example.com"
    assert loaded.ami_secret.get_secret_value() == "with # and spaces"
    assert loaded.slack_admins == ("U0ALICE", "U0BOB")
    assert loaded.port == 8456


def test_secrets_do_not_show_in_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "AMI_SECRET")
    for name in names:
        monkeypatch.setenv(name, "hunter2")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://phones:hunter2@localhost/phones")
    loaded = settings.load()
    assert loaded.ami_secret.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(loaded)
    assert TEST_KEY not in repr(loaded)


NEEDS = {
    "PORT": ("abc", "needs a number from 1 to 65535"),
    "AMI_PORT": ("0", "needs a number from 1 to 65535"),
    "AMI_TLS": ("perhaps", "needs true or false"),
    "AMI_CA_FILE": ("/nowhere", "needs the path of a file that is there"),
    "KEEP_EVENTS_DAYS": ("99999999999", "needs a number from 1 to 36500"),
    "HR_KEEP_DAYS": ("36501", "needs a number from 0 to 36500"),
    "ALERT_INTERVAL": ("soon", "needs a number, 0 or more"),
}


@pytest.mark.parametrize(
    ("name", "value", "needed"), [(name, *more) for name, more in NEEDS.items()], ids=NEEDS
)
def test_a_settings_requirement_is_a_plain_sentence(
    name: str, value: str, needed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert complaint_about(name, value, monkeypatch) == f"{name}: {needed}"


def test_every_number_and_switch_has_such_words(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = [name for name, field in Settings.model_fields.items() if field.annotation in (int, float, bool)]
    assert len(plain) >= len(NEEDS) - 1
    for name in plain:
        assert " needs " in complaint_about(name.upper(), "hunter2", monkeypatch)
        monkeypatch.delenv(name.upper())


@pytest.mark.parametrize("word", ["yes", "On", "1", "TRUE", "no", "off", "0", "False"])
def test_a_switch_may_be_set_as_people_do(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMI_TLS", word)
    assert settings.load().ami_tls == (word in ("yes", "On", "1", "TRUE"))


def test_an_address_without_its_key_is_no_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET_KEY", TEST_KEY)
    monkeypatch.setenv("HR_BAMBOOHR_API_URL", "https://acme.bamboohr.com")
    with pytest.raises(SystemExit, match="HR_BAMBOOHR_API_URL and HR_BAMBOOHR_API_KEY need each other"):
        settings.load()


def test_contexts_of_switchhooks_own_are_none_to_call_out_from(monkeypatch: pytest.MonkeyPatch) -> None:
    for own in OWN_CONTEXTS:
        assert "not Switchhook's own" in complaint_about("OUTBOUND_CONTEXTS", f"sales,{own}", monkeypatch)
    monkeypatch.setenv("OUTBOUND_CONTEXTS", "sales, from-internal,sales")
    monkeypatch.setenv("OUTBOUND_TRUNK", "sip.provider_1+de-2")
    loaded = settings.load()
    assert loaded.outbound_contexts == ("sales", "from-internal")
    assert loaded.outbound_trunk == "sip.provider_1+de-2"
