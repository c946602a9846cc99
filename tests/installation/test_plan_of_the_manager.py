"""The manager interface as it is planned: one user, its secret, and where the program finds it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from installation import plan
from tests.installation.scratch import ANSWERS, FRESH, content, look, paths, planned


def test_the_secret_of_either_side_is_the_one(tmp_path: Path) -> None:
    user = {"manager.d/x.conf": "[jane]\nsecret = of-asterisk\n"}
    for number, (env, wanted) in enumerate(
        (
            ("AMI_USERNAME=jane\n", "of-asterisk"),
            ("AMI_USERNAME=jane\nAMI_SECRET=of-env\n", "of-env"),
            ("AMI_SECRET=of-env\n", "of-env"),
            ("", FRESH.ami_secret),
        )
    ):
        found = look(tmp_path / str(number), env, **user)
        assert plan.ami_secret(found, FRESH) == wanted
        assert ("/etc/asterisk/manager.d/switchhook.conf" in paths(planned(found))) == ("jane" not in env)


def test_an_unusual_address_of_the_manager_interface_is_written(tmp_path: Path) -> None:
    text = "[general]\nenabled = yes\nbindaddr = 10.0.0.5\nport = 5039\n; J\u00fcrgen\n"
    made = planned(look(tmp_path, manager_conf=text))
    assert {"\nAMI_HOST=10.0.0.5\n", "\nAMI_PORT=5039\n"} < {
        f"\n{line}\n" for line in content(made, ".env").splitlines()
    }
    assert content(made, "manager.conf").startswith(text)


@pytest.mark.parametrize(("end", "gap"), [("", "\n\n"), ("\n", "\n")])
def test_the_secret_is_never_in_manager_conf_which_all_may_read(tmp_path: Path, end: str, gap: str) -> None:
    before = f"[general]\nenabled = yes{end}"
    made = planned(look(tmp_path, manager_conf=before))
    assert content(made, "manager.conf") == f"{before}{gap}#include manager.d/switchhook.conf\n"
    assert content(made, "manager.d/switchhook.conf").startswith("[switchhook]\nsecret = ")
    files = [path for path in paths(made) if "manager" in path]
    assert files == ["/etc/asterisk/manager.d/switchhook.conf", "/etc/asterisk/manager.conf"]


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_user_is_a_section_of_its_own_below_what_is_there(tmp_path: Path, end: str) -> None:
    there = {"manager.d/switchhook.conf": f"[other]\nread=all{end}"}
    assert content(planned(look(tmp_path, **there)), "switchhook.conf").startswith(
        "[other]\nread=all\n\n[switchhook]\n"
    )


def test_a_file_that_nothing_includes_is_written_anew(tmp_path: Path) -> None:
    """It is left from before, and two sections of one name would be one user with both."""
    there = {
        "manager_conf": "[general]\nenabled=yes\n",
        "manager.d/switchhook.conf": "[switchhook]\nread=all\n",
    }
    assert content(planned(look(tmp_path, **there)), "manager.d/switchhook.conf").count("[switchhook]") == 1


def test_the_manager_of_another_machine_is_not_touched(tmp_path: Path) -> None:
    for number, (host, touched) in enumerate(
        (("10.0.0.9", 0), ("::1", 1), ("localhost", 1), ("127.0.0.1", 1))
    ):
        made = planned(look(tmp_path / str(number), f"AMI_HOST={host}\n"))
        assert len([path for path in paths(made) if "manager" in path]) == touched


def test_the_user_of_an_older_release_gets_the_rights_that_it_lacks(tmp_path: Path) -> None:
    others = "[other]\nwrite = system\n\n"
    older = (
        "[switchhook]\nsecret = x\nread = system,call,security\nwrite = system,config,reporting{} ; ours\n"
    )
    there = {"manager.d/switchhook.conf": others + older.format("")}
    assert content(planned(look(tmp_path / "1", **there)), "switchhook.conf") == others + older.format(
        ",user"
    )
    for number, text in enumerate((older.format(",user"), older.replace("system,config,reporting{}", "all"))):
        made = planned(look(tmp_path / f"new{number}", **{"manager.d/switchhook.conf": text}))
        assert not [path for path in paths(made) if "manager" in path]


CALLS = replace(ANSWERS, calls=True)
RIGHTS = "write = system,config,reporting,user"


def test_a_new_user_may_originate_only_if_that_was_answered(tmp_path: Path) -> None:
    made = [planned(look(tmp_path / name), answers) for name, answers in (("no", ANSWERS), ("yes", CALLS))]
    assert [f"{RIGHTS},originate\n" in content(each, "switchhook.conf") for each in made] == [False, True]


def test_a_user_that_is_there_gets_it_when_asked_and_keeps_it_when_not(tmp_path: Path) -> None:
    text = f"[switchhook]\nsecret = x\nread = system,call,security\n{RIGHTS}{{}} ; ours\n"
    there = {"manager.d/switchhook.conf": text.format("")}
    made = planned(look(tmp_path / "asked", **there), CALLS)
    assert content(made, "switchhook.conf") == text.format(",originate")
    for number, right in enumerate((text.format(",originate"), text.replace(f"{RIGHTS}{{}}", "write = all"))):
        for answers in (ANSWERS, CALLS):
            found = look(tmp_path / f"{number}{answers.calls}", **{"manager.d/switchhook.conf": right})
            assert not [path for path in paths(planned(found, answers)) if "manager" in path]
