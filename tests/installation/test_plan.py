"""What is missing is added, in an order that is safe to be interrupted; what is there is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from installation import apply, machine, plan
from installation.changes import Account, File, Folder
from installation.facts import MANIFEST, SITE, Answers
from pbx.config.managed_files import BEGIN
from tests.installation.scratch import ANSWERS, FRESH, content, look, paths, planned, scratch
from tests.server import PROJECT

ENV = f"{PROJECT}/.env"
MARK = BEGIN.decode()


def test_the_included_files_come_before_the_lines_that_include_them(tmp_path: Path) -> None:
    order = paths(planned(look(tmp_path)))
    for name in ("pjsip.conf", "extensions.conf"):
        assert order.index(f"/etc/asterisk/switchhook/{name}") < order.index(f"/etc/asterisk/{name}")
    assert order.index("/etc/asterisk/switchhook") < order.index("/etc/asterisk/switchhook/pjsip.conf")


def test_whatever_was_made_when_it_was_interrupted_a_second_run_completes_it(tmp_path: Path) -> None:
    whole = planned(look(tmp_path / "whole"))
    for made in range(len(whole.changes) + 1):
        tree = scratch(tmp_path / str(made))
        changes = planned(machine.look(tree)).changes
        apply.apply(changes[:made], tree, Path("/etc/asterisk"))
        rest = planned(machine.look(tree))
        assert paths(rest) == paths(whole)[made:]
        apply.apply(rest.changes, tree, Path("/etc/asterisk"))
        found = machine.look(tree)
        assert planned(found).changes == ()
        assert found.env_values["AMI_SECRET"] == plan.ami_secret(found, replace(FRESH, ami_secret="another"))


def test_owners_and_modes_are_those_of_the_document(tmp_path: Path) -> None:
    changes = planned(look(tmp_path, manager_conf="[general]\nenabled = no\n")).changes
    owners = {
        str(each.path): (each.user, each.group, each.mode)
        for each in changes
        if not isinstance(each, Account)
    }
    assert owners == {
        "/var/lib/switchhook": ("switchhook", "switchhook", 0o700),
        "/etc/asterisk/switchhook": ("switchhook", "asterisk", 0o2750),
        "/etc/asterisk/switchhook/pjsip.conf": ("switchhook", "asterisk", 0o640),
        "/etc/asterisk/switchhook/extensions.conf": ("switchhook", "asterisk", 0o640),
        "/etc/asterisk/pjsip.conf": ("asterisk", "asterisk", 0o640),
        "/etc/asterisk/extensions.conf": ("asterisk", "asterisk", 0o640),
        "/etc/asterisk/manager.d/switchhook.conf": ("root", "asterisk", 0o640),
        "/etc/asterisk/manager.conf": ("asterisk", "asterisk", 0o640),
        "/var/lib/switchhook/slack-manifest.yaml": ("root", "switchhook", 0o640),
        ENV: ("root", "switchhook", 0o640),
        "/etc/systemd/system/switchhook-web.service": ("root", "root", 0o644),
        "/etc/systemd/system/switchhook-listener.service": ("root", "root", 0o644),
        "/etc/nginx/sites-available/switchhook": ("root", "root", 0o644),
    }


def test_bytes_of_env_that_are_no_text_stay(tmp_path: Path) -> None:
    tree = scratch(tmp_path, "")
    tree.at(PROJECT / ".env").write_bytes(b"# J\xfcrgen\n")
    (written,) = [
        each.after
        for each in planned(machine.look(tree)).changes
        if isinstance(each, File) and str(each.path) == ENV
    ]
    assert written.startswith(b"# J\xfcrgen\n")


def test_a_new_env_has_what_is_needed_and_random_keys(tmp_path: Path) -> None:
    found = look(tmp_path)
    assert machine.env_values(content(planned(found), ".env").encode()) == {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "signing",
        "SLACK_ADMINS": "U0ADMIN01",
        "PUBLIC_URL": "https://pbx.example.com",
        "SIP_DOMAIN": "192.168.1.5",
        "EXTENSION_RANGE": "100-199",
        "SECRET_KEY": FRESH.secret_key,
        "HR_WEBHOOK_SECRET": FRESH.hr_webhook_secret,
        "DATABASE_URL": "sqlite:////var/lib/switchhook/switchhook.db",
        "AMI_SECRET": FRESH.ami_secret,
        "PJSIP_CONF": "switchhook/pjsip.conf",
        "EXTENSIONS_CONF": "switchhook/extensions.conf",
    }


def test_an_env_that_is_there_keeps_its_values_and_gets_no_new_door(tmp_path: Path) -> None:
    old = "SECRET_KEY=old\nSIP_DOMAIN=old.example.com\nDATABASE_URL=postgresql+psycopg://x@y/z\nslack_bot_token=xoxb-old\n"
    text = content(planned(look(tmp_path, old)), ".env")
    assert text.startswith(old)
    added = machine.env_values(text.removeprefix(old).encode())
    assert not {"SECRET_KEY", "SIP_DOMAIN", "DATABASE_URL", "SLACK_BOT_TOKEN", "HR_WEBHOOK_SECRET"} & set(
        added
    )
    assert added["AMI_SECRET"] == FRESH.ami_secret


def test_a_database_beside_the_program_stays_the_one(tmp_path: Path) -> None:
    tree = scratch(tmp_path, "SECRET_KEY=old\n")
    tree.at(PROJECT / "switchhook.db").touch()
    assert "DATABASE_URL" not in content(planned(machine.look(tree)), ".env")


def test_an_unusual_range_and_folder_are_written(tmp_path: Path) -> None:
    tree = scratch(tmp_path)
    tree.at(Path("/etc/asterisk")).rename(tree.at(Path("/etc/pbx")))
    made = planned(machine.look(tree, Path("/etc/pbx")), replace(ANSWERS, extension_range="2000-2999"))
    assert "\nEXTENSION_RANGE=2000-2999\n" in content(made, ".env")
    assert "\nASTERISK_CONFIG_DIR=/etc/pbx\n" in content(made, ".env")
    assert "ReadWritePaths=/etc/pbx/switchhook /var/lib/switchhook\n" in content(
        made, "switchhook-web.service"
    )


def test_a_spool_of_asterisks_own_is_written_where_the_usual_one_is_not(tmp_path: Path) -> None:
    assert "VOICEMAIL_SPOOL" not in content(planned(look(tmp_path / "usual")), ".env")
    elsewhere = {"asterisk.conf": "[directories]\nastspooldir => /srv/asterisk\n"}
    made = planned(look(tmp_path / "own", **elsewhere))
    assert "\nVOICEMAIL_SPOOL=/srv/asterisk/voicemail\n" in content(made, ".env")


def test_lines_in_the_main_files_stay_there(tmp_path: Path) -> None:
    """The other way of docs/install-by-hand.md, without a user and files of its own."""
    tree = scratch(
        tmp_path,
        "SECRET_KEY=old\n",
        pjsip_conf=f"; ours\n{MARK}",
        **{"asterisk.conf": "[options]\nrunuser = pbx\n"},
    )
    made = planned(machine.look(tree))
    assert not {"the user", "/etc/asterisk/switchhook", "/etc/asterisk/pjsip.conf"} & set(paths(made))
    assert "PJSIP_CONF" not in content(made, ".env")
    unit = content(made, "switchhook-web.service")
    assert "\nUser=pbx\n" in unit
    assert "\nReadWritePaths=/etc/asterisk /var/lib/switchhook\n" in unit


def test_an_installation_made_by_hand_is_recognised(tmp_path: Path) -> None:
    """As docs/install-by-hand.md has it: nothing of it is made a second time."""
    env = "SLACK_BOT_TOKEN=x\nSLACK_SIGNING_SECRET=x\nSLACK_ADMINS=U0ADMIN01\nDATABASE_URL=sqlite:////var/lib/switchhook/switchhook.db\nSECRET_KEY=x\nAMI_SECRET=old\n"
    env += "PJSIP_CONF=switchhook/pjsip.conf\nEXTENSIONS_CONF=switchhook/extensions.conf\nSIP_DOMAIN=x\n"
    include = "#include switchhook/{}.conf\n"
    user = {"manager.d/switchhook.conf": "[switchhook]\nsecret = old\n"}
    tree = scratch(
        tmp_path,
        env,
        pjsip_conf=include.format("pjsip"),
        extensions_conf=include.format("extensions"),
        **user,
    )
    for name in ("etc/asterisk/switchhook", "var/lib/switchhook", "etc/systemd/system"):
        (tree.root / name).mkdir(parents=True)
    for name in ("asterisk/switchhook/pjsip.conf", "asterisk/switchhook/extensions.conf", "systemd/system/switchhook-web.service",
                 "systemd/system/switchhook-listener.service", "nginx/sites-available/switchhook"):  # fmt: skip
        (tree.root / "etc" / name).write_text("as it was in the document\n")
    made = planned(machine.look(tree))
    assert paths(made) == [ENV]
    assert content(made, ".env").removeprefix(env).count("=") == 2  # PUBLIC_URL and EXTENSION_RANGE
    assert len(made.kept) == 3


def test_the_user_is_made_or_joins_the_group(tmp_path: Path) -> None:
    for name, passwd, group, wanted in (
        ("new", "asterisk:x:101:101::/:\n", "asterisk:x:101:\n", [True]),
        (
            "old",
            "asterisk:x:101:101::/:\nswitchhook:x:102:102::/:\n",
            "asterisk:x:101:\nswitchhook:x:102:\n",
            [False],
        ),
        (
            "done",
            "asterisk:x:101:101::/:\nswitchhook:x:102:102::/:\n",
            "asterisk:x:101:jane,switchhook\n",
            [],
        ),
    ):
        tree = scratch(tmp_path / name)
        tree.at(Path("/etc/passwd")).write_text(passwd)
        tree.at(Path("/etc/group")).write_text(group)
        found = [each for each in planned(machine.look(tree)).changes if isinstance(each, Account)]
        assert [(each.is_new, each.group) for each in found] == [(new, "asterisk") for new in wanted]


def test_an_asterisk_that_root_runs_has_no_group_to_join(tmp_path: Path) -> None:
    tree = scratch(tmp_path, **{"asterisk.conf": "[options]\nrunuser = root\n"})
    tree.at(Path("/etc/passwd")).write_text("root:x:0:0::/:\n")
    changes = planned(machine.look(tree)).changes
    assert [each.group for each in changes if isinstance(each, Account | Folder)] == [
        "",
        "switchhook",
        "switchhook",
    ]


def test_edited_units_and_sites_are_kept_unless_asked(tmp_path: Path) -> None:
    tree = scratch(tmp_path)
    for name in ("etc/systemd/system/switchhook-web.service", "etc/nginx/sites-available/switchhook"):
        (tree.root / name).parent.mkdir(parents=True, exist_ok=True)
        (tree.root / name).write_text("mine\n")
    found = machine.look(tree)
    names = ["/etc/systemd/system/switchhook-web.service", "/etc/nginx/sites-available/switchhook"]
    assert [str(file.path) for file in planned(found).kept] == names
    assert not set(names) & set(paths(planned(found)))
    assert set(names) < set(paths(planned(found, replace=True)))


def test_without_systemd_and_nginx_nothing_is_written_for_them(tmp_path: Path) -> None:
    tree = scratch(tmp_path)
    (tree.root / "etc/nginx/sites-available").rmdir()
    made = planned(machine.look(tree, systemd=False))
    assert [path for path in paths(made) if "systemd" in path or "nginx" in path] == []


def test_the_manifest_is_written_until_the_app_is_there(tmp_path: Path) -> None:
    assert "https://pbx.example.com/slack/events" in content(
        planned(look(tmp_path / "new"), Answers(host="pbx.example.com")), "manifest.yaml"
    )
    old = planned(look(tmp_path / "old", "SLACK_BOT_TOKEN=xoxb-old\n"))
    assert [path for path in paths(old) if "manifest" in path] == []


@pytest.mark.parametrize(("edit", "is_ours"), [("", True), ("# mine\n", False)])
def test_site_and_manifest_follow_the_name_in_env(tmp_path: Path, edit: str, is_ours: bool) -> None:
    env = "SLACK_BOT_TOKEN=xoxb-1\nPUBLIC_URL=https://new.example.com\nPORT=8001\n"
    tree = scratch(tmp_path, env)
    before = planned(look(tmp_path / "old"), Answers(host="old.example.com"))
    for path, text in (
        (SITE, content(before, "sites-available/switchhook") + edit),
        (MANIFEST, content(before, "manifest.yaml")),
    ):
        tree.at(path).parent.mkdir(parents=True, exist_ok=True)
        tree.at(path).write_text(text)
    made = planned(machine.look(tree), Answers(host="new.example.com"))
    assert "old.example.com" not in content(made, "manifest.yaml")
    assert (SITE in [file.path for file in made.kept]) is not is_ours
    if is_ours:
        site = content(made, "sites-available/switchhook")
        assert ("old.example.com" in site, "127.0.0.1:8001;" in site) == (False, True)
