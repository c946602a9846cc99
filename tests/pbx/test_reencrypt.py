"""An old SECRET_KEY can go, and no phone notices."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from pydantic import SecretStr

from models import adopted_options, status_connection
from models.encryption import SecretCipher
from models.extension import Extension
from models.fields import Changes, NewExtension
from pbx import config_files, extensions
from pbx import reencrypt as reencryption
from pbx.contacts import contacts_of
from pbx.publish import publish
from pbx.reencrypt import reencrypt
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.pbx.extension_driver import insert
from tests.server import TEST_KEY
from tests.slash_commands import TESTER

OLD, NEW = SecretStr(TEST_KEY), SecretStr("another key for tests with 32 characters or more")


def with_keys(services: Services, *keys: SecretStr) -> Services:
    return replace(services, cipher=SecretCipher(keys))


def test_every_secret_is_encrypted_anew_and_the_phones_stay(services: Services, asterisk: Asterisk) -> None:
    secret = extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER).secret
    extensions.create(services, NewExtension(number="102", name="Bob"), by=TESTER)
    assert secret is not None
    both, new = with_keys(services, NEW, OLD), with_keys(services, NEW)
    with Phone("101", secret.get_secret_value(), asterisk.sip_domain) as phone:
        phone.register()
        assert (reencrypt(both), reencrypt(both)) == (2, 0)
        extensions.verify(new, "101", by=TESTER)
        assert len(contacts_of(services.settings, "101")) == 1
        phone.register()


def test_tokens_of_slack_statuses_are_encrypted_anew_too(services: Services) -> None:
    with services.database.session() as session:
        status_connection.save(session, "U1", services.cipher.encrypt(SecretStr("xoxp-1")))
    reencrypt(with_keys(services, NEW, OLD))
    with services.database.session() as session:
        row = status_connection.find(session, "U1")
    assert row is not None
    assert SecretCipher([NEW]).decrypt(row.encrypted_token).get_secret_value() == "xoxp-1"


def test_the_fallback_of_a_refused_change_is_encrypted_anew_too(services: Services) -> None:
    extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER)
    extensions.save_changes(services, "101", Changes(secret=SecretStr("another-secret")), by=TESTER)
    assert reencrypt(with_keys(services, NEW, OLD)) == 1
    row = extensions.get(services, "101")
    assert row.last_verified is not None
    opened = [
        SecretCipher([NEW]).decrypt(encrypted)
        for encrypted in (row.encrypted_secret, row.last_verified["encrypted_secret"])
    ]
    assert opened[0] != opened[1]
    assert opened[0].get_secret_value() == "another-secret"
    publish(with_keys(services, NEW))


def test_options_of_adopted_phones_are_encrypted_anew_too(services: Services) -> None:
    new, both = with_keys(services, NEW), with_keys(services, NEW, OLD)
    options = {"endpoint": [("set_var", "DOOR_PIN=4711")]}
    stored = adopted_options.encrypted(options, services.cipher.encrypt)
    insert(
        services,
        "101",
        encrypted_secret=services.cipher.encrypt(SecretStr("a-secret-12")),
        adopted_options=stored,
    )
    publish(services)
    assert "DOOR_PIN=4711" in services.settings.pjsip_path.read_text()
    assert reencrypt(both) == 1
    row = extensions.get(services, "101")
    assert row.adopted_options is not None
    assert row.last_verified is not None
    assert row.adopted_options == row.last_verified["adopted_options"] != stored
    assert adopted_options.decrypted(row.adopted_options, new.cipher.decrypt) == options
    assert reencrypt(both) == 0


def test_a_secret_that_is_changed_meanwhile_waits_for_the_next_run(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER)
    both, look = with_keys(services, NEW, OLD), reencryption._reencrypted

    def slowly(cipher: SecretCipher, row: Extension) -> dict[str, object]:
        found = look(cipher, row)
        extensions.save_changes(services, "101", Changes(secret=SecretStr("another-secret")), by=TESTER)
        return found

    monkeypatch.setattr(reencryption, "_reencrypted", slowly)
    caplog.set_level(logging.INFO)
    assert reencrypt(both) == 0
    assert "all stored secrets" not in caplog.text
    monkeypatch.undo()
    caplog.set_level(logging.INFO)
    assert reencrypt(both) == 1
    assert "all stored secrets are sealed with the newest SECRET_KEY" in caplog.text
    row = extensions.get(services, "101")
    assert SecretCipher([NEW]).decrypt(row.encrypted_secret).get_secret_value() == "another-secret"


def test_a_publish_that_is_under_way_is_waited_for(services: Services) -> None:
    extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER)
    with ThreadPoolExecutor(1) as thread:
        with config_files.locked(services.settings.asterisk_config_dir):
            waiting = thread.submit(reencrypt, with_keys(services, NEW, OLD))
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        assert waiting.result(timeout=60) == 1


def test_a_secret_that_no_key_decrypts_is_reported_and_stays_and_the_others_are_encrypted_anew(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    for number in ("101", "102"):
        extensions.create(services, NewExtension(number=number, name="Alice"), by=TESTER)
    third = with_keys(services, SecretStr("a third key of thirty-two characters!"))
    extensions.save_changes(third, "101", Changes(secret=SecretStr("another-secret")), by=TESTER)
    before = extensions.get(services, "101").encrypted_secret
    assert reencrypt(with_keys(services, NEW, OLD)) == 2
    assert "no key in SECRET_KEY opens" in caplog.text
    assert [record.numbers for record in caplog.records if hasattr(record, "numbers")] == [["101"]]
    assert "all stored secrets" not in caplog.text
    row = extensions.get(services, "101")
    assert row.encrypted_secret == before
    assert row.last_verified is not None
    for encrypted in (
        row.last_verified["encrypted_secret"],
        extensions.get(services, "102").encrypted_secret,
    ):
        SecretCipher([NEW]).decrypt(encrypted)
