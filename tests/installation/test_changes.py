"""A change is shown as it will be, without a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from installation.changes import Account, File, Folder, diff, shown

PATH = Path("/etc/x")


def file(before: str | None, after: str) -> File:
    return File(
        PATH, None if before is None else before.encode(), after.encode(), "root", "switchhook", 0o640
    )


def test_a_new_file_is_shown_whole_with_owner_and_mode() -> None:
    assert shown(file(None, "a\nb\n")) == "new file /etc/x  (root:switchhook, mode 640)\n  +a\n  +b"


def test_an_empty_one_is_shown_by_its_title() -> None:
    assert shown(file(None, "")) == "new file /etc/x  (root:switchhook, mode 640)"


def test_a_change_is_shown_as_a_diff() -> None:
    assert shown(file("a\nb\n", "a\nb\nc\n")) == "/etc/x\n  @@ -2,0 +3 @@\n  +c"


def test_a_final_newline_alone_is_no_line_that_goes() -> None:
    assert diff(file("a", "a\n#include b\n")) == ["@@ -1,0 +2 @@", "+#include b"]


@pytest.mark.parametrize(
    "line",
    ["SECRET_KEY=hush", "secret = hush", "SLACK_BOT_TOKEN='hush hush'", "HR_TOKEN=hush", "password=hush", "HR_BAMBOOHR_API_KEY=hush",
     "DATABASE_URL=postgresql+psycopg://switchhook:hush@host/x", "export AMI_SECRET=hush"],
)  # fmt: skip
@pytest.mark.parametrize("before", [None, "{}\n", "{}\nold\n"])
def test_no_secret_is_shown(line: str, before: str | None) -> None:
    change = file(before and before.format(line), f"{line}\nnew\n")
    assert "hush" not in shown(change)
    assert "+new" in shown(change)


def test_the_comments_of_a_new_file_say_how_a_secret_is_made() -> None:
    comment = "# Encrypts secrets. Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
    assert diff(file(None, f"{comment}\nSECRET_KEY=hush\n")) == [f"+{comment}", "+SECRET_KEY=********"]
    assert comment not in shown(file("old\n", f"old\n{comment}\n"))


@pytest.mark.parametrize("line", ["; pw hush", "secret hush", "setvar=PIN=hush", "BAMBOO=hush"])
def test_lines_beside_a_change_are_not_shown(line: str) -> None:
    assert shown(file(f"{line}\n", f"{line}\nnew\n")) == "/etc/x\n  @@ -1,0 +2 @@\n  +new"


def test_what_is_no_file_is_a_line() -> None:
    assert shown(Folder(PATH, "a", "b", 0o2750)) == "new folder /etc/x  (a:b, mode 2750)"
    assert shown(Folder(PATH, "a", "b", 0o700, is_new=False)) == "folder /etc/x  (a:b, mode 700)"
    assert shown(Account("a", PATH, "b")) == "new user a, in the group b"
    assert shown(Account("a", PATH, "")) == "new user a"
    assert shown(Account("a", PATH, "b", is_new=False)) == "user a: joins the group b"


def test_a_user_is_made_by_the_systems_own_programs() -> None:
    new = "useradd --system --user-group --home-dir /etc/x --shell /usr/sbin/nologin"
    assert " ".join(Account("a", PATH, "b").command) == f"{new} --groups b a"
    assert " ".join(Account("a", PATH, "").command) == f"{new} a"
    assert " ".join(Account("a", PATH, "b", is_new=False).command) == "usermod --append --groups b a"
