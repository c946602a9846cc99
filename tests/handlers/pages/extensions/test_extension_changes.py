"""Extensions made, changed and deleted on the page."""

from __future__ import annotations

import re
from html import unescape

import requests
from sqlmodel import col, select, update

from models.extension import Extension
from models.fields import Changes
from pbx import extensions
from pbx.services import Services
from tests.handlers.pages.signing_in import PageUser, row_id
from tests.slack_stand_in import SlackStandIn
from tests.slash_commands import TESTER

HOSTILE = "<img src=x> “שלום” " + "😀" * 60


def form(user: PageUser, path: str, **typed: str) -> requests.Response:
    """Fill in the form of a page, leave what is not named as it is, and send it."""
    page = user.get(path).text
    inputs = dict(re.findall(r'<input [^>]*name="([a-z_]+)" type="(?:text|password)" value="([^"]*)"', page))
    chosen = dict(
        re.findall(
            r'<select [^>]*name="([a-z_]+)"[^>]*>.*?<option value="([a-z]+)" selected', page, re.DOTALL
        )
    )
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', page))
    return user.post(
        path, **{name: unescape(value) for name, value in (inputs | chosen | hidden).items()} | typed
    )


def wrong(answer: requests.Response) -> dict[str, str]:
    """Return what is said at each field."""
    assert answer.status_code in (409, 422)
    return dict(re.findall(r'<p class="error" id="([a-z_]+)-error">([^<]*)</p>', unescape(answer.text)))


def test_the_guides_form_makes_a_live_extension(admin: PageUser, services: Services) -> None:
    answer = form(admin, "/new", name="Alice", secret="Alice123Pass")
    assert answer.url.endswith("/extensions/100")  # the next free number stood there
    assert "✅ Extension 100 (Alice) is created and verified in Asterisk." in answer.text
    assert "Alice123Pass" not in answer.text
    row = extensions.get(services, "100")
    assert services.cipher.decrypt(row.encrypted_secret).get_secret_value() == "Alice123Pass"


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays_without_the_password(
    admin: PageUser,
) -> None:
    answer = form(
        admin, "/new", number="100", name=HOSTILE, secret="short", slack_user_id="nobody@example.com"
    )
    assert list(wrong(answer)) == ["secret", "slack_user_id"]
    assert "short" not in answer.text
    assert HOSTILE not in answer.text
    assert HOSTILE in unescape(answer.text)
    assert re.search(r'id="secret"[^>]*aria-invalid="true"[^>]*autofocus', answer.text)
    again = form(admin, "/new", number="112", name="Bob", secret="Bobs123Pass")
    assert "once more" in wrong(again)["secret"]
    assert "Bobs123Pass" not in again.text
    assert "taken by Alice" in wrong(form(admin, "/new", number="100", name="Bob"))["number"]
    assert "emergency" in wrong(form(admin, "/new", number="112", name="Bob"))["number"]


def test_whose_it_is_gets_the_password_in_slack(admin: PageUser, slack: SlackStandIn) -> None:
    slack.add_user("U0BOB0001", "bob", "bob@example.com")
    answer = form(admin, "/new", number="121", name="Bob", slack_user_id="bob@example.com")
    assert "gets the password in a direct message" in answer.text
    assert "(U0BOB0001)" in answer.text
    slack.add_user("U0BOT0001", "bot")
    slack.workspace.users["U0BOT0001"]["is_bot"] = True
    assert "is a bot" in wrong(form(admin, "/new", name="Bot", slack_user_id="U0BOT0001"))["slack_user_id"]


def test_only_what_was_changed_is_written(admin: PageUser, services: Services) -> None:
    form(admin, "/new", number="130", name="Carol")
    assert "Nothing was changed" in form(admin, "/130/edit").text
    answer = form(admin, "/130/edit", name="Carola", voicemail_enabled="on")
    assert "name Carol → Carola; voicemail_enabled no → yes" in answer.text
    assert "a number from 1 to 100" in wrong(form(admin, "/130/edit", max_contacts="0"))["max_contacts"]
    assert extensions.get(services, "130").name == "Carola"


def test_who_was_slower_sees_what_somebody_else_has_changed_and_keeps_what_they_typed(
    admin: PageUser, services: Services
) -> None:
    form(admin, "/new", number="131", name="Dave")
    seen = {"row": row_id(admin, "131"), "revision": str(extensions.get(services, "131").revision)}
    extensions.change(services, "131", Changes(name="David", notes="Desk 4"), by=TESTER)
    answer = form(admin, "/131/edit", name="Davy", notes="", **seen)
    assert answer.status_code == 409
    assert "Somebody else has changed extension 131" in answer.text
    assert "name Dave → David" in unescape(answer.text)
    assert "“David”" in wrong(answer)["name"]
    assert 'value="Davy"' in answer.text
    assert 'value="Desk 4"' in answer.text
    assert extensions.get(services, "131").name == "David"
    again = form(admin, "/131/edit", name="Davy")
    assert "name David → Davy" in again.text
    assert extensions.get(services, "131").notes == "Desk 4"


def test_a_form_that_is_sent_again_as_its_answer_was_lost_is_not_overtaken_by_itself(
    admin: PageUser, services: Services
) -> None:
    form(admin, "/new", number="133", name="Ivan")
    seen = {"row": row_id(admin, "133"), "revision": str(extensions.get(services, "133").revision)}
    form(admin, "/133/edit", name="Ivo")
    again = form(admin, "/133/edit", name="Ivo", **seen)
    assert again.url.endswith("/extensions/133")
    assert "you have saved that already" in again.text
    other = form(admin, "/133/edit", name="Iwan", **seen)
    assert other.status_code == 409
    assert "You have changed extension 133" in other.text


def test_a_new_extension_that_is_sent_twice_is_made_once(admin: PageUser, services: Services) -> None:
    page = admin.get("/new").text
    free = re.search(r'name="free" value="(\d+)"', page)
    assert free
    for number in ("", free[1]):
        answer = form(admin, "/new", number=number, name="Twice", free=free[1])
        assert answer.url.endswith(f"/extensions/{free[1]}")
    assert "You have made extension" in answer.text
    assert "taken by Twice" in wrong(form(admin, "/new", number=free[1], name="Once"))["number"]
    with services.database.session() as session:
        assert len(session.exec(select(Extension).where(Extension.name == "Twice")).all()) == 1


def test_what_only_asterisk_was_told_once_more_is_looked_at_again_too(
    admin: PageUser, services: Services
) -> None:
    form(admin, "/new", number="132", name="Heidi")
    seen = str(extensions.get(services, "132").revision)
    with services.database.session() as session:
        session.exec(
            update(Extension).where(col(Extension.number) == "132").values(revision=Extension.revision + 1)
        )
    answer = form(admin, "/132/edit", name="Heide", revision=seen)
    assert answer.status_code == 409
    assert "had Asterisk take once more extension 132" in answer.text
    assert 'value="Heide"' in answer.text


def test_deleting_asks_first_and_who_comes_second_reads_who_has_deleted_it(
    admin: PageUser, colleague: PageUser
) -> None:
    form(admin, "/new", number="140", name="Erin", voicemail_enabled="on")
    row = row_id(admin, "140")
    asked = admin.get("/140/delete").text
    assert "Its phone stops working at once" in asked
    assert "mailbox" in asked
    assert "Extension 140 is gone from Asterisk" in admin.post("/140/delete", row=row).text
    second = admin.post("/140/delete", row=row)
    assert second.status_code == 404
    assert "Extension 140 is gone already: Alice Admin (U0ADMIN01) deleted it" in second.text
    assert "Alice Admin" not in colleague.get("/140").text
    assert "is gone: it was deleted" in colleague.get("/140").text


def test_a_page_of_the_one_before_deletes_nothing(admin: PageUser) -> None:
    form(admin, "/new", number="141", name="Frank")
    answer = admin.post("/141/delete", row="999")
    assert "nothing was done" in answer.text
    assert admin.get("/141").status_code == 200
