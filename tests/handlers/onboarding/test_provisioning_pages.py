"""/phones/<token>: for Linphone once, for cameras and browsers a page, for everybody else nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlmodel import col, update

import logs
from handlers.onboarding import password, provisioning, provisioning_pages
from handlers.onboarding.provisioning_pages import AGAIN_LATER, LINPHONE, NOT_GOOD
from models.employee import Employee, Stage
from models.encryption import SecretCipher
from models.extension import Extension
from pbx.services import Services
from tests.handlers.onboarding.linphone import entries
from tests.slash_commands import TESTER

SECRET = "s3cret-of-alice"


@pytest.fixture
def reachable(quiet: Services) -> Services:
    settings = quiet.settings.model_copy(update={"public_url": "https://provisioning_pages.example.com"})
    return replace(quiet, settings=settings)


@pytest.fixture
def path(reachable: Services) -> str:
    """The path of Alice's link, who has extension 101."""
    encrypted = reachable.cipher.encrypt(SecretStr(SECRET))
    alice = Employee(source="standard", external_id="e1", name="Alice", number="101", stage=Stage.WELCOMED)
    extension = Extension(
        number="101", name="Alice", encrypted_secret=encrypted, codecs=["ulaw"], employee_ref="standard:e1"
    )
    with reachable.database.session() as session:
        session.add_all([alice, extension])
    ticket = provisioning.ticket_for(reachable.settings, alice, extension)
    assert ticket is not None
    return urlsplit(provisioning.link(reachable.settings, ticket)).path


@pytest.fixture
def browser(reachable: Services) -> Iterator[FlaskClient]:
    app = Flask("switchhook")
    logs.log_requests(app)
    app.register_blueprint(provisioning_pages.blueprint(reachable))
    with app.test_client() as client:
        yield client


def test_linphone_gets_the_account_once(browser: FlaskClient, path: str) -> None:
    first, second = (browser.get(path, headers={LINPHONE: "1"}) for _ in range(2))
    assert (first.status_code, first.mimetype) == (200, "application/xml")
    assert entries(first.data)["auth_info_0"]["passwd"] == SECRET
    assert (second.status_code, second.text) == (404, NOT_GOOD)
    assert SECRET not in second.text


def test_of_many_at_the_same_moment_one_gets_it(reachable: Services, browser: FlaskClient, path: str) -> None:
    def scan(_: int) -> int:
        return browser.application.test_client().get(path, headers={LINPHONE: "1"}).status_code

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(scan, range(8))) == [200] + [404] * 7


def test_looking_whether_it_is_there_uses_nothing_up(browser: FlaskClient, path: str) -> None:
    assert browser.head(path, headers={LINPHONE: "1"}).status_code == 200
    assert browser.get(path, headers={LINPHONE: "1"}).status_code == 200


def test_a_camera_or_a_preview_uses_nothing_up(browser: FlaskClient, path: str) -> None:
    for _ in range(3):
        page = browser.get(path)
        assert page.status_code == 200
        assert f'href="linphone-config:https://provisioning_pages.example.com{path}"' in page.text
        assert SECRET not in page.text
    assert browser.get(path, headers={LINPHONE: "1"}).status_code == 200
    assert browser.get(path).status_code == 404


def test_the_code_is_not_shown_again_after_the_button_has_shown_it(
    reachable: Services, browser: FlaskClient, path: str
) -> None:
    found = password.phone_of(reachable, 1)
    assert found is not None
    assert password.reveal(reachable, *found, by=TESTER) is not None
    assert browser.get(path, headers={LINPHONE: "1"}).status_code == 404


def test_a_new_secret_makes_the_old_code_worthless(
    reachable: Services, browser: FlaskClient, path: str
) -> None:
    encrypted = reachable.cipher.encrypt(SecretStr("another-secret"))
    with reachable.database.session() as session:
        this = update(Extension).where(col(Extension.number) == "101")
        session.exec(this.values(encrypted_secret=encrypted))
    assert browser.get(path, headers={LINPHONE: "1"}).status_code == 404


@pytest.mark.parametrize("stranger", ["/phones/x", "/phones/x.png", "/phones/.png", "/phones/a.b.c"])
def test_a_stranger_learns_nothing(browser: FlaskClient, path: str, stranger: str) -> None:
    answer = browser.get(stranger, headers={LINPHONE: "1"})
    assert (answer.status_code, answer.text) == (404, NOT_GOOD)


def test_answers_are_not_cached(browser: FlaskClient, path: str) -> None:
    for answer in (browser.get(path), browser.get(f"{path}.png"), browser.get("/phones/x")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_log_has_neither_token_nor_secret(
    browser: FlaskClient, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = path.rpartition("/")[2]
    with caplog.at_level(logging.DEBUG):
        broken = (f"/Phones/{token}", f"/phones/%0A{token}", f"/phones/x%0D%0A{token}", f"/phones%2F{token}")
        for asked in (path, f"{path}.png", f"{path}/", f"{path}/more", f"/x{path}", *broken):
            browser.get(asked, headers={LINPHONE: "1"})
    logged = str([record.__dict__ for record in caplog.records])
    assert "/phones/" in logged
    assert token not in logged
    assert SECRET not in logged


def test_without_its_database_it_asks_to_come_back(
    reachable: Services, browser: FlaskClient, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with reachable.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE employee RENAME TO away")
    answer = browser.get(path, headers={LINPHONE: "1"})
    assert (answer.status_code, answer.text) == (503, AGAIN_LATER)
    assert path.rpartition("/")[2] not in str([record.__dict__ for record in caplog.records])


def test_a_secret_that_no_key_opens_is_no_traceback_with_the_token(
    reachable: Services, browser: FlaskClient, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    other = replace(
        reachable, cipher=SecretCipher([SecretStr("a key that encrypted nothing of what is here")])
    )
    app = Flask("switchhook")
    app.register_blueprint(provisioning_pages.blueprint(other))
    answer = app.test_client().get(path, headers={LINPHONE: "1"})
    assert (answer.status_code, answer.text) == (503, AGAIN_LATER)
    assert path.rpartition("/")[2] not in str([record.__dict__ for record in caplog.records])
    assert "put the old key back" in caplog.text + str([record.__dict__ for record in caplog.records])
    assert browser.get(path, headers={LINPHONE: "1"}).status_code == 200
