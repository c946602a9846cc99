"""What stands in the way is told before anything is written; the rest is told besides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from installation import findings, machine
from tests.installation.scratch import HOST, look, scratch

TRANSPORT = "[{name}]\ntype=transport\nprotocol={protocol}\nbind={bind}\n"
PHONES = """\
[desk](!)
type=endpoint
[101](desk)
[102]
type=endpoint
[102]
type=aor
[900]
type=endpoint
"""


def test_an_ordinary_asterisk_has_no_obstacles(tmp_path: Path) -> None:
    found = look(tmp_path)
    assert findings.obstacles(found) == findings.notes(found, "100-199", HOST) == []


def test_a_machine_without_asterisk_is_told(tmp_path: Path) -> None:
    found = machine.look(scratch(tmp_path), Path("/etc/nowhere"))
    assert any("install Asterisk first (docs/install.md" in each for each in findings.obstacles(found))


@pytest.mark.parametrize(("version", "told"), [(13, 1), (17, 1), (18, 0), (22, 0), (None, 0)])
def test_an_asterisk_that_is_too_old_is_refused(tmp_path: Path, version: int | None, told: int) -> None:
    found = look(tmp_path)
    old = replace(found, asterisk=replace(found.asterisk, version=version))
    assert len(findings.obstacles(old)) == told
    assert findings.notes(old, "", HOST) == []


def test_folders_that_its_user_may_not_pass_are_refused(tmp_path: Path) -> None:
    found = replace(look(tmp_path), closed_folders=(Path("/root"),))
    (told,) = findings.obstacles(found)
    assert told.startswith(
        "/root may not be passed by other users, and Switchhook runs as switchhook, from there: clone it"
    )
    assert told.endswith("or as root, chmod o+x /root")
    (told,) = findings.obstacles(replace(found, closed_folders=(found.project,)))
    assert told.endswith(
        "after umask 022, with the python3 of the system"
    )  # .env is in it: it is not to be opened as a whole


def test_a_clone_in_a_folder_that_commands_do_not_take_is_told(tmp_path: Path) -> None:
    found = replace(look(tmp_path), project=Path("/opt/switch hook"))
    (told,) = findings.obstacles(found)
    assert told.startswith("/opt/switch hook has characters that unit files and commands do not take")


def test_a_file_that_takes_no_line_is_told(tmp_path: Path) -> None:
    (told,) = findings.obstacles(look(tmp_path, pjsip_conf="; auto-generated\n"))
    assert "/etc/asterisk/pjsip.conf says that a program writes it anew" in told


@pytest.mark.parametrize("name", ["switchhook", "manager.d", "manager.d/switchhook.conf"])
def test_a_link_that_root_would_write_through_is_told(tmp_path: Path, name: str) -> None:
    tree = scratch(tmp_path)
    path = tree.at(Path("/etc/asterisk") / name)
    path.rename(path.with_name("old")) if path.exists() else None
    path.symlink_to("/root")
    (told,) = findings.obstacles(machine.look(tree))
    assert told.startswith(f"/etc/asterisk/{name} is a symlink, and root would write to what it leads to")


@pytest.mark.parametrize(("enabled", "told"), [("yes", []), ("no", ["/etc/asterisk/general.conf:1"])])
def test_an_interface_that_is_off_in_another_file_is_told(
    tmp_path: Path, enabled: str, told: list[str]
) -> None:
    general = {"general.conf": f"[general]\nenabled = {enabled}\n"}
    found = findings.obstacles(
        look(tmp_path, manager_conf="#include general.conf\n#include manager.d/*.conf\n", **general)
    )
    assert [
        place in each and "write enabled = yes and bindaddr = 127.0.0.1" in each
        for each, place in zip(found, told, strict=True)
    ] == [True] * len(told)


@pytest.mark.parametrize(
    ("secret", "username", "told"), [("old", "jane", 0), ("new", "jane", 1), ("new", "", 0)]
)
def test_two_secrets_that_differ_are_told(tmp_path: Path, secret: str, username: str, told: int) -> None:
    user = {"manager.d/x.conf": "\n[jane]\nsecret = old\n"}
    notes = findings.notes(
        look(tmp_path, f"AMI_SECRET={secret}\nAMI_USERNAME={username}\n", **user), "", HOST
    )
    assert ["is not the secret of [jane] at /etc/asterisk/manager.d/x.conf:2" in note for note in notes] == [
        True
    ] * told


def test_the_user_is_switchhook_unless_another_is_named(tmp_path: Path) -> None:
    user = {"manager.d/x.conf": "[switchhook]\nsecret = old\n"}
    (note,) = findings.notes(look(tmp_path, "AMI_SECRET=new\n", **user), "", HOST)
    assert "[switchhook]" in note


def test_a_transport_is_udp_unless_it_says_otherwise(tmp_path: Path) -> None:
    text = "[a]\ntype=transport\nbind=1.2.3.4\n[b](!)\ntype=transport\n[c]\ntype=transport\nprotocol=tls\nbind=::\n"
    assert findings.transports(look(tmp_path, pjsip_conf=text)) == ["a (udp, 1.2.3.4)", "c (tls, ::)"]


@pytest.mark.parametrize("path", ["/opt/switch hook", "/opt/100%", '/opt/"x"', "/opt/a;b", "/opt/a\nb"])
def test_paths_that_a_unit_does_not_take_are_refused(tmp_path: Path, path: str) -> None:
    assert len(findings.obstacles(replace(look(tmp_path), project=Path(path)))) == 1


@pytest.mark.parametrize("path", ["/etc/asterisk /etc /root", "/srv/../etc/asterisk", "/etc/a%h"])
def test_a_folder_of_asterisks_that_a_unit_would_read_as_others_is_refused(tmp_path: Path, path: str) -> None:
    found = look(tmp_path, **{"asterisk.conf": f"[directories]\nastetcdir => {path}\n"})
    assert any(each.startswith(f"{path!r} is no folder of Asterisk's") for each in findings.obstacles(found))


@pytest.mark.parametrize(("env", "told"), [(None, 1), ("AMI_SECRET=x\n", 0)])
def test_a_secret_that_env_cannot_hold_is_told_without_it(tmp_path: Path, env: str | None, told: int) -> None:
    user = {"manager.d/a.conf": "[switchhook]\nsecret = hush${x}hush\n"}
    found = findings.obstacles(look(tmp_path, env, **user))
    assert [
        each.startswith("secret of [switchhook] at /etc/asterisk/manager.d/a.conf:1 has a") for each in found
    ] == [True] * told
    assert "hush" not in str(found)


def test_an_address_that_env_cannot_hold_is_told(tmp_path: Path) -> None:
    (told,) = findings.obstacles(look(tmp_path, manager_conf="[general]\nenabled=yes\nbindaddr=${x}\n"))
    assert told.startswith("bindaddr in [general] has a line break, another control character or ${ in it")


def test_root_does_not_run_it(tmp_path: Path) -> None:
    found = replace(look(tmp_path), in_main_files=True, user="root")
    (told,) = findings.obstacles(found)
    assert "PJSIP_CONF" in told


def test_a_manager_conf_kept_elsewhere_is_refused_only_if_it_needs_a_change(tmp_path: Path) -> None:
    found = look(tmp_path)
    linked = replace(found.asterisk.manager, is_link=True)
    assert findings.obstacles(replace(found, asterisk=replace(found.asterisk, manager=linked))) == []
    unread = replace(linked, includes=())
    (told,) = findings.obstacles(replace(found, asterisk=replace(found.asterisk, manager=unread)))
    assert "/etc/asterisk/manager.conf is a symlink" in told


def test_phones_by_hand_in_the_range_are_named(tmp_path: Path) -> None:
    wizard = "[103]\ntype=wizard\n"
    found = look(tmp_path, pjsip_conf=PHONES, pjsip_wizard_conf=wizard)
    (note,) = findings.notes(found, "100-199", HOST)
    assert "101 (pjsip.conf:3), 102 (pjsip.conf:4), 103 (pjsip_wizard.conf:1). When" in note
    assert "900" not in note
    assert "900" in findings.notes(found, "900-999", HOST)[0]


def test_many_phones_are_not_all_listed(tmp_path: Path) -> None:
    text = "".join(f"[{number}]\ntype=endpoint\n" for number in range(100, 150))
    (note,) = findings.notes(look(tmp_path, pjsip_conf=text), "100-199", HOST)
    assert "109 (pjsip.conf:19) and 40 more. When everything runs, flask ext adopt all" in note


def test_our_own_phones_are_not_by_hand(tmp_path: Path) -> None:
    tree = scratch(tmp_path, pjsip_conf="#include switchhook/pjsip.conf\n")
    own = tree.at(Path("/etc/asterisk/switchhook/pjsip.conf"))
    own.parent.mkdir()
    own.write_text("[101]\ntype=endpoint\n")
    assert findings.notes(machine.look(tree), "100-199", HOST) == []


@pytest.mark.parametrize(
    ("bind", "wanted"),
    [
        ("[::]", ("", "")),
        ("0.0.0.0:5060", ("", "")),
        ("0.0.0.0:5070", ("", "5070")),
        ("192.168.1.5:5060", ("192.168.1.5", "")),
        ("[::]:5080", ("", "5080")),
        ("[2001:db8::7]:5070", ("2001:db8::7", "5070")),
        ("2001:db8::7", ("2001:db8::7", "")),
    ],
)
def test_the_server_for_phones_is_guessed_from_the_transport(
    tmp_path: Path, bind: str, wanted: tuple[str, str]
) -> None:
    found = look(tmp_path, pjsip_conf=TRANSPORT.format(name="t", protocol="udp", bind=bind))
    assert findings.sip_bind(found) == wanted
    assert findings.transports(found) == [f"t (udp, {bind})"]


def test_a_machine_without_nginx_is_told_of_the_example(tmp_path: Path) -> None:
    (note,) = findings.notes(replace(look(tmp_path), has_nginx=False), "", HOST)
    assert "deploy/nginx-site" in note


NOLOAD = (
    "have noload = app_voicemail_odbc.so in [modules] of /etc/asterisk/modules.conf, and restart Asterisk"
)
DEBIAN = "[modules]\nautoload=yes\nnoload => chan_oss.so\n"


@pytest.mark.parametrize(
    ("modules_conf", "is_told"),
    [
        (DEBIAN, True),
        ("[modules]\nautoload=no\nload = app_voicemail.so\nload = app_voicemail_odbc.so\n", True),
        (DEBIAN + "noload = app_voicemail_odbc\n", False),
        (DEBIAN + "noload => app_voicemail.so\n", False),  # they keep their messages with the other
        ("[modules]\nautoload=no\nload = app_voicemail.so\n", False),
    ],
)
def test_two_modules_for_voicemail_are_told_of(tmp_path: Path, modules_conf: str, is_told: bool) -> None:
    folder = tmp_path / "usr/lib/x86_64-linux-gnu/asterisk/modules"
    folder.mkdir(parents=True)
    for name in ("app_voicemail", "app_voicemail_odbc"):
        (folder / f"{name}.so").touch()
    notes = findings.notes(look(tmp_path, modules_conf=modules_conf), "", HOST)
    assert [NOLOAD in note for note in notes] == [True] * is_told
