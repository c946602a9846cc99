"""The password of an extension: shown to its owner and to admins, made anew, and read by a phone from a code."""

from __future__ import annotations

import re
from html import unescape

import pytest
import requests
from pydantic import SecretStr
from sqlmodel import select, update

from handlers.onboarding.provisioning_pages import LINPHONE
from handlers.pages.extensions import passwords
from models import audit
from models.actor import Actor
from models.audit import AuditEntry
from models.fields import Changes, NewExtension
from models.outbox import OutboxMessage
from models.types import now
from pbx import extensions, shown_secrets
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.handlers.onboarding.linphone import entries
from tests.handlers.pages.signing_in import PageUser, row_id
from tests.server import Switchhook
from tests.slash_commands import TESTER

SECRET = "Alice123Pass"
OWNER = "U0OWNER01"


@pytest.fixture(scope="module", autouse=True)
def made(services: Services) -> None:
    for number, owner in (("101", OWNER), ("102", None), ("103", OWNER), ("104", None), ("105", "U0EAGER01")):
        new = NewExtension(number=number, name="Alice", secret=SecretStr(SECRET), slack_user_id=owner)
        extensions.create(services, new, by=TESTER)


@pytest.fixture(scope="module")
def owner(switchhook: Switchhook, database_url: str) -> PageUser:
    return PageUser(switchhook.url, database_url, Actor.slack(OWNER), "Olivia Owner")


def password_in(answer: requests.Response) -> str:
    found = re.search(r'<code id="password">([^<]*)</code>', answer.text)
    return unescape(found[1]) if found else ""


def who_saw(services: Services, number: str) -> list[str]:
    shown = AuditEntry.number == number, AuditEntry.action == "was shown the password of"
    with services.database.session() as session:
        return [each.actor for each in session.exec(select(AuditEntry).where(*shown))]


def told(services: Services, user_id: str) -> list[str]:
    with services.database.session() as session:
        rows = session.exec(select(OutboxMessage).where(OutboxMessage.channel == user_id))
        return [each.content["deed"] for each in rows]


def test_an_owner_sees_their_own_password_which_nothing_keeps_and_the_audit_names(
    owner: PageUser, services: Services, asterisk: Asterisk
) -> None:
    answer = owner.post("/101/password/show", row=row_id(owner, "101"))
    assert password_in(answer) == SECRET
    assert answer.headers["Cache-Control"] == "no-store"
    assert asterisk.sip_domain in answer.text
    assert who_saw(services, "101") == [f"slack:{OWNER}"]
    assert told(services, OWNER) == []
    assert SECRET not in owner.get("/101").text


def test_an_owner_is_told_when_an_admin_sees_it_who_gets_no_code_for_a_phone_that_is_not_theirs(
    admin: PageUser, services: Services
) -> None:
    answer = admin.post("/103/password/show", row=row_id(admin, "103"))
    assert password_in(answer) == SECRET
    assert "<svg" not in answer.text
    assert "is told in Slack" in answer.text
    assert told(services, OWNER) == ["secret_seen"]


def test_nobody_else_sees_it(colleague: PageUser, owner: PageUser, services: Services) -> None:
    for path in ("/101/password/show", "/101/password/new"):
        assert colleague.post(path, row=row_id(owner, "101")).status_code == 403
    assert owner.post("/102/password/show", row="2").status_code == 403
    assert (
        services.cipher.decrypt(extensions.get(services, "101").encrypted_secret).get_secret_value() == SECRET
    )


def test_a_linphone_sets_itself_up_by_the_code_once(admin: PageUser, services: Services) -> None:
    answer = admin.post("/102/password/show", row=row_id(admin, "102"))
    assert re.search(r'role="img"[^>]*><svg', answer.text)
    assert "style=" not in answer.text
    link = code_in(answer)
    assert entries(scanned(link).content)["auth_info_0"]["passwd"] == SECRET
    assert scanned(link).status_code == 404
    assert who_saw(services, "102") == [f"slack:{'U0ADMIN01'}", "link:Alice"]
    # The next time there is another code.
    assert code_in(admin.post("/102/password/show", row=row_id(admin, "102"))) != link


def code_in(answer: requests.Response) -> str:
    found = re.search(r'href="([^"]*/phones/[^"]*)"', answer.text)
    assert found
    return found[1]


def scanned(link: str) -> requests.Response:
    return requests.get(link, headers={LINPHONE: "1"}, timeout=60)


def test_the_code_of_who_had_the_phone_before_is_not_good_and_the_next_ones_is(
    admin: PageUser, owner: PageUser, switchhook: Switchhook, database_url: str, services: Services
) -> None:
    row = row_id(admin, "104")
    after = PageUser(switchhook.url, database_url, Actor.slack("U0NEXT001"), "Nora")
    nobodys = code_in(admin.post("/104/password/show", row=row))
    extensions.change(services, "104", Changes(slack_user_id=OWNER), by=TESTER)
    assert scanned(nobodys).status_code == 404
    former = code_in(owner.post("/104/password/show", row=row))
    extensions.change(services, "104", Changes(slack_user_id=after.actor.id), by=TESTER)
    theirs = code_in(after.post("/104/password/show", row=row))
    assert scanned(former).status_code == 404
    assert entries(scanned(theirs).content)["auth_info_0"]["passwd"] == SECRET


def test_who_wants_it_too_often_is_told_to_wait_and_nothing_is_done(
    admin: PageUser, switchhook: Switchhook, database_url: str, services: Services
) -> None:
    eager = PageUser(switchhook.url, database_url, Actor.slack("U0EAGER01"), "Egon")
    row = row_id(admin, "105")
    with services.database.session() as session:
        for _ in range(passwords.MOST - 1):
            audit.record(session, eager.actor, shown_secrets.SHOWN, "105")
    assert password_in(eager.post("/105/password/new", row=row)) not in ("", SECRET)
    before = extensions.get(services, "105").encrypted_secret
    for path in ("/105/password/show", "/105/password/new"):
        answer = eager.post(path, row=row)
        assert (answer.status_code, password_in(answer)) == (429, "")
        assert f"{passwords.TOO_OFTEN}." in answer.text
    assert extensions.get(services, "105").encrypted_secret == before
    assert len(who_saw(services, "105")) == passwords.MOST - 1
    assert password_in(admin.post("/105/password/show", row=row))
    with services.database.session() as session:
        session.exec(update(AuditEntry).values(at=now() - passwords.WITHIN))
    assert password_in(eager.post("/105/password/show", row=row))


def test_a_new_password_lets_the_phone_in_and_the_old_one_does_not(
    owner: PageUser, asterisk: Asterisk
) -> None:
    answer = owner.post("/103/password/new", row=row_id(owner, "103"))
    assert "given a new password and verified in Asterisk" in answer.text
    new = password_in(answer)
    assert new not in ("", SECRET)
    with Phone("103", new, asterisk.sip_domain) as phone:
        phone.register()


def test_who_is_not_the_owner_any_more_when_they_press_gets_nothing(
    owner: PageUser, services: Services
) -> None:
    row = row_id(owner, "101")
    extensions.change(services, "101", Changes(slack_user_id="U0OTHER01"), by=TESTER)
    before = extensions.get(services, "101").encrypted_secret
    for path in ("/101/password/show", "/101/password/new"):
        answer = owner.post(path, row=row)
        assert (answer.status_code, password_in(answer)) == (403, "")
    assert extensions.get(services, "101").encrypted_secret == before


def test_ones_own_phone_is_a_click_away_and_who_has_none_reads_whom_to_ask(
    owner: PageUser, colleague: PageUser, admin: PageUser
) -> None:
    assert owner.get("/mine").url.endswith("/extensions/103")
    assert "Alice Admin, or another phone admin" in colleague.get("/mine").text
    assert "No extension is noted as yours" in admin.get("/mine").text


def test_ones_own_phone_is_marked_in_the_menu_as_such(owner: PageUser, admin: PageUser) -> None:
    assert re.search(r'aria-current="[a-z]+">My phone<', owner.get("/103").text)
    assert re.search(r'aria-current="[a-z]+">Extensions<', admin.get("/103").text)


def test_who_is_nobody_in_slack_reads_how_their_own_phone_is_found(
    switchhook: Switchhook, database_url: str
) -> None:
    root = PageUser(switchhook.url, database_url, Actor("cli", "root"), "root")
    shown = root.get("/mine").text
    assert "no phone can be yours" in shown
    assert "/ext page" in shown


def test_admins_begin_with_the_list_and_the_others_with_their_phone(owner: PageUser, admin: PageUser) -> None:
    assert admin.get("/start").url.endswith("/extensions")
    assert owner.get("/start").url.endswith("/extensions/103")


def test_a_form_of_a_session_that_has_ended_leads_back_to_it(switchhook: Switchhook) -> None:
    for path, wanted in (("/new", "/extensions/new"), ("/103/verify", "")):
        answer = requests.post(f"{switchhook.url}/extensions{path}", allow_redirects=False, timeout=60)
        assert answer.status_code == 303
        assert ("next=" + wanted if wanted else "?ended=1") in answer.headers["Location"]
        assert "ended=1" in answer.headers["Location"]
