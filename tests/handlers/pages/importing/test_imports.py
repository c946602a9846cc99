"""A CSV is sent, looked at, and imported, on the page."""

from __future__ import annotations

import csv
import io

import pytest

from tests.asterisk_bed import Asterisk
from tests.handlers.pages.importing.uploads import carried_out, ended, path_of, seen, uploaded, words
from tests.handlers.pages.signing_in import PageUser
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn

HEADER = "number;name;e-mail;password\r\n"


def listed(switchhook: Switchhook) -> dict[str, str]:
    """Number → name of all that there are."""
    rows = csv.DictReader(io.StringIO(switchhook.flask("ext", "export").stdout))
    return {row["extension_number"]: row["name"] for row in rows}


def test_nothing_is_done_until_the_button_is_pressed(switchhook: Switchhook, admin: PageUser) -> None:
    switchhook.flask("ext", "create", "135", "--name=Alice")
    before = listed(switchhook)
    answer = uploaded(
        admin, f"{HEADER}135;Alicia;;\r\n136;Zoë;zoe@example.com;\r\n112;Help;;\r\n135;Bob;;\r\n"
    )
    shown = words(answer.text)
    assert "2 would be refused, 1 would be changed, 1 would be created. Nothing has been done yet." in shown
    assert "name: Alice → Alicia" in shown
    assert "135 stands there twice: first at 2" in shown
    assert "112 is an emergency number" in shown
    assert shown.index("stands there twice") < shown.index("Alice → Alicia") < shown.index("Zoë")
    assert "1 new extension has no password in the file" in shown
    assert listed(switchhook) == before
    assert "Alicia" not in admin.get(f"{path_of(answer)}?show=created").text


def test_what_was_shown_is_done_and_its_passwords_are_told_once(
    switchhook: Switchhook, admin: PageUser, asterisk: Asterisk
) -> None:
    preview = uploaded(admin, f"{HEADER}125;=cmd|' /C calc'!A0;;\r\n126;Bob;;SecurePass123\r\n")
    done = words(carried_out(admin, preview))
    assert "2 of 2 imported extensions are live." in done
    assert "Created, and verified in Asterisk." in done
    assert listed(switchhook)["125"] == "'=cmd|' /C calc'!A0"  # as a spreadsheet takes it for text
    path = path_of(preview)
    answer = admin.post(f"{path}/passwords")
    assert answer.headers["Cache-Control"] == "no-store"
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["extension_number"], len(row["secret"])) == ("125", 20)
    assert f"password={row['secret']}\n" in (asterisk.config_dir / "pjsip.conf").read_text()
    assert admin.post(f"{path}/passwords").status_code == 404
    assert "downloaded 1 passwords" in switchhook.flask("ext", "audit").stdout
    assert row["secret"] not in switchhook.log_text()
    assert row["secret"] not in admin.get(path).text
    switchhook.flask("ext", "verify", "125")
    assert "It has been changed since." not in words(admin.get(path).text)
    switchhook.flask("ext", "set", "125", "--notes=x")
    assert "It has been changed since." in words(admin.get(path).text)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "There is nothing in it"),
        (b"PK\x03\x04\x14\0", "This is a workbook, and no CSV: in Excel, save it as “CSV UTF-8”"),
        (b"\x89PNG\r\n\x1a\n\0\0", "This is no text"),
        (b"name\nAlice\n", "No column is named extension_number (or number)"),
        (b'number,name\n122,"Alice\n', "cannot be read"),
        (b"number\n" + b"122\n" * 10_001, "more than 10000 rows"),
    ],
)
def test_what_is_no_csv_is_told_what_to_do(admin: PageUser, content: bytes, said: str) -> None:
    answer = uploaded(admin, content)
    assert answer.status_code == 422
    assert said in words(answer.text)


def test_a_header_alone_has_nothing_to_import(admin: PageUser) -> None:
    shown = words(uploaded(admin, "number,name\n").text)
    assert "There are no rows in it" in shown
    assert "There is nothing to import." in shown


def test_what_is_pasted_and_what_windows_writes_is_read(admin: PageUser) -> None:
    assert "Zoë" in words(admin.post("/import", text="number\tname\r\n123\tZoë\r\n").text)
    guess = words(uploaded(admin, "number,name\n123,Zoë\n".encode("cp1252")).text)
    assert "Zoë" in guess
    assert "was read as Windows-1252" in guess
    assert "Zoë" in words(uploaded(admin, "number\tname\r\n123\tZoë\r\n".encode("utf-16")).text)


def test_what_changes_meanwhile_is_shown_and_nothing_is_done(switchhook: Switchhook, admin: PageUser) -> None:
    switchhook.flask("ext", "create", "130", "--name=Alice")
    preview = uploaded(admin, "number,name\n130,Alicia\n131,Bob\n132,Cleo\n")
    switchhook.flask("ext", "set", "130", "--name=Ally")
    switchhook.flask("ext", "create", "131", "--name=Faster")
    shown = words(carried_out(admin, preview))
    assert "Since you looked, something has changed: 2 rows come out differently now" in shown
    assert "name: Ally → Alicia" in shown
    assert "name: Faster → Bob" in shown
    assert "132" not in listed(switchhook)
    done = words(carried_out(admin, admin.get(path_of(preview))))
    assert "3 of 3 imported extensions are live." in done
    assert listed(switchhook)["131"] == "Bob"


def test_a_second_press_does_nothing_twice(switchhook: Switchhook, admin: PageUser) -> None:
    preview = uploaded(admin, "number,name\n140,Alice\n141,Bob\n")
    path, digest = path_of(preview), seen(preview.text)
    for _ in range(3):
        admin.post(path, seen=digest)
    assert "2 of 2 imported extensions are live." in words(ended(admin, path))
    admin.post(path, seen=digest)
    assert switchhook.flask("ext", "audit", "140").stdout.count("created") == 1


def test_a_file_is_for_who_sent_it_in_that_browser(
    switchhook: Switchhook, database_url: str, admin: PageUser, colleague: PageUser
) -> None:
    other = PageUser(switchhook.url, database_url, admin.actor, "Alice Admin")
    preview = uploaded(other, "number,name,password\n145,Alice,SecurePass123\n")
    path = path_of(preview)
    assert "SecurePass123" not in preview.text
    for user, status in ((admin, 404), (colleague, 403)):
        assert user.get(path).status_code == status
        assert user.post(path, seen=seen(preview.text)).status_code == status
        assert user.post(f"{path}/forget").status_code == status
        assert user.post(f"{path}/passwords").status_code == status
    assert colleague.get("/import").status_code == 403
    assert colleague.get("/export.csv").status_code == 403
    other.post("/sign-out")
    again = PageUser(switchhook.url, database_url, admin.actor, "Alice Admin")
    assert again.get(path).status_code == 404
    assert "145" not in listed(switchhook)


def test_what_is_hostile_stays_text_and_what_there_is_not_is_said(admin: PageUser) -> None:
    hostile = "<script>alert(1)</script>"
    answer = uploaded(admin, f'number,name\n148,"{hostile}"\n149,"two\nlines"\n', f"{hostile}.csv")
    assert hostile not in answer.text
    assert hostile in words(answer.text)
    assert "type it on one line" in words(answer.text)
    for path in ("/import/999999", "/import/99999999999999999999", "/import/0"):
        assert admin.get(path).status_code == 404
        assert admin.post(path, seen="x").status_code in (404, 405)


def test_a_file_is_deleted_at_a_press(admin: PageUser) -> None:
    path = path_of(uploaded(admin, "number,name\n146,Alice\n"))
    assert "The file is deleted; nothing was imported." in words(admin.post(f"{path}/forget").text)
    assert "Send it again" in words(admin.get(path).text)


def test_people_are_looked_up_in_slack_as_far_as_it_says(admin: PageUser, slack: SlackStandIn) -> None:
    text = "number,name,slack_user_id\n147,Bob,U0BOB0009\n"
    assert "U0BOB0009 is nobody in this workspace" in words(uploaded(admin, text).text)
    slack.fail_next("users.info", status=503)
    shown = words(uploaded(admin, text).text)
    assert "1 would be created" in shown
    assert "Slack was not asked, or does not say, whether 1 of the Slack users in the rows is in" in shown


def test_there_is_an_example_and_all_that_there_are_without_passwords(admin: PageUser) -> None:
    example = admin.get("/import/example.csv").content
    assert "would be created" in words(uploaded(admin, example).text)
    exported = admin.get("/export.csv").content
    assert b"secret" not in exported
    assert "There is nothing to import" in words(uploaded(admin, exported).text)


def test_a_large_file_is_taken_of_whom_the_form_was_shown_to(admin: PageUser, colleague: PageUser) -> None:
    rows = [f"112,Help,{'x' * 150}" for _ in range(9_000)]
    text = "\n".join(["number,name,notes", *rows])
    admin.get("/import")
    assert "9,000 would be refused" in words(uploaded(admin, text).text)
    assert "9,000 would be refused" in words(admin.post("/import", text=text).text)
    refused = uploaded(admin, text * 8)
    assert refused.status_code == 413
    assert "at most 10 MB" in words(refused.text)
    colleague.get("/import")
    assert uploaded(colleague, text).status_code == 413
