"""The manager interface: its user is there once, it is on, and no other machine reaches it because of us."""

from __future__ import annotations

from pathlib import Path

import pytest

from installation import findings, manager
from installation.facts import Machine
from tests.installation.scratch import HOST, content, look, paths, planned

MANAGER_D = "/etc/asterisk/manager.d/switchhook.conf"
MANAGER = "/etc/asterisk/manager.conf"
OWN = "[switchhook]\nsecret = old\\;secret\nread = all\n"


def test_the_user_gets_a_file_of_its_own_where_debian_has_it(tmp_path: Path) -> None:
    made = planned(look(tmp_path))
    assert MANAGER not in paths(made)
    assert content(made, MANAGER_D) == (
        "[switchhook]\nsecret = fresh-ami-secret\ndeny = 0.0.0.0/0.0.0.0\npermit = 127.0.0.1/255.255.255.255\n"
        "read = system,call,security\nwrite = system,config,reporting,user\nwritetimeout = 5000\n"
    )


@pytest.mark.parametrize("file", ["manager_conf", "manager.d/jane.conf"])
def test_a_user_that_is_there_is_kept_and_its_secret_used(tmp_path: Path, file: str) -> None:
    files = {file: f"[general]\nenabled = yes\n\n{OWN}"} if file == "manager_conf" else {file: OWN}
    made = planned(look(tmp_path, **files))
    assert [path for path in paths(made) if "manager" in path] == []
    assert "AMI_SECRET='old;secret'\n" in content(made, ".env")


def test_the_secret_of_the_settings_is_used_where_only_they_have_one(tmp_path: Path) -> None:
    made = planned(look(tmp_path, "AMI_SECRET='a;b'\nAMI_USERNAME=jane\n"))
    assert content(made, MANAGER_D).startswith("[jane]\nsecret = a\\;b\n")


def test_two_secrets_that_differ_are_told(tmp_path: Path) -> None:
    found = look(tmp_path, "AMI_SECRET=another\n", **{"manager.d/x.conf": OWN})
    assert any(
        "AMI_SECRET" in note and "manager.d/x.conf:1" in note for note in findings.notes(found, "", HOST)
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[general]\nenabled = no\n", "[general]\nbindaddr = 127.0.0.1\nenabled = yes\n"),
        ("[general]\nenabled=no ; for now\nport = 5038\n", "[general]\nbindaddr = 127.0.0.1\nenabled = yes ; for now\nport = 5038\n"),
        ("[general]\nbindaddr = 0.0.0.0\n", "[general]\nenabled = yes\nbindaddr = 127.0.0.1\n"),
        ("; c\n [general] ; d\n\n[jane]\nenabled = no\n", "; c\n [general] ; d\nenabled = yes\nbindaddr = 127.0.0.1\n\n[jane]\nenabled = no\n"),
        ("[general]", "[general]\nenabled = yes\nbindaddr = 127.0.0.1\n"),
        ("[jane]\nsecret = x", "[jane]\nsecret = x\n[general]\nenabled = yes\nbindaddr = 127.0.0.1\n"),
        ("", "[general]\nenabled = yes\nbindaddr = 127.0.0.1\n"),
    ],
)  # fmt: skip
def test_an_interface_that_is_off_is_switched_on_for_this_machine_alone(before: str, after: str) -> None:
    assert manager.switched_on(before) == after


def test_one_that_is_on_is_left_as_it_is(tmp_path: Path) -> None:
    found = look(
        tmp_path, manager_conf='[general]\nenabled = yes\nbindaddr = 0.0.0.0\n#include "manager.d/*.conf"\n'
    )
    assert MANAGER not in paths(planned(found))
    assert any("Other machines reach" in note for note in findings.notes(found, "", HOST))


def test_one_that_is_off_is_not_open(tmp_path: Path) -> None:
    assert not manager.is_open(
        look(tmp_path, manager_conf="[general]\nbindaddr = 0.0.0.0\n").asterisk.manager
    )


def test_its_address_and_port_go_into_the_settings_where_they_are_unusual(tmp_path: Path) -> None:
    made = planned(
        look(tmp_path, manager_conf="[general]\nenabled = yes\nbindaddr = 192.168.1.5\nport = 5039\n")
    )
    assert "\nAMI_HOST=192.168.1.5\n" in content(made, ".env")
    assert "\nAMI_PORT=5039\n" in content(made, ".env")
    assert "permit = 192.168.1.5/255.255.255.255\n" in content(made, MANAGER_D)


@pytest.fixture
def off_elsewhere(tmp_path: Path) -> Machine:
    return look(
        tmp_path, manager_conf="#include general.conf\n", **{"general.conf": "[general]\nenabled = no\n"}
    )


def test_one_that_is_switched_off_in_another_file_is_an_obstacle(off_elsewhere: Machine) -> None:
    (found,) = findings.obstacles(off_elsewhere)
    assert "/etc/asterisk/general.conf:1" in found


def test_one_whose_only_section_is_a_comment_is_an_obstacle(tmp_path: Path) -> None:
    found = look(tmp_path, manager_conf=";--\n[general]\n--;\n")
    assert any("this cannot switch it on" in each for each in findings.obstacles(found))


def test_a_file_that_ends_within_a_comment_gets_no_section(tmp_path: Path) -> None:
    (found,) = findings.obstacles(look(tmp_path, manager_conf="[general]\nenabled = yes\n;-- old\n"))
    assert "manager.conf opens a comment" in found


@pytest.mark.parametrize(("host", "changed"), [("127.0.0.1", 1), ("localhost", 1), ("10.0.0.9", 0)])
def test_the_manager_of_another_machine_is_not_touched(tmp_path: Path, host: str, changed: int) -> None:
    made = planned(look(tmp_path, f"AMI_HOST={host}\n"))
    assert len([path for path in paths(made) if "manager" in path]) == changed
