"""The AMI client on a real Asterisk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from pbx.ami import connected
from pbx.ami_client import ActionFailed, Client
from pbx.ami_messages import Message
from pbx.errors import AsteriskUnavailable
from settings import Settings
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.ports import free_port
from tests.server import settings_for
from tests.waiting import wait_for


@pytest.fixture
def settings(asterisk: Asterisk) -> Settings:
    return settings_for(asterisk, "sqlite://")


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert not [thread for thread in threading.enumerate() if thread.name == "ami-reader"]


def test_an_action_is_answered(settings: Settings) -> None:
    with connected(settings) as client:
        assert client.ask(Action="Ping")[0]["Ping"] == "Pong"
        assert client.connected()
    assert not client.connected()


def test_an_event_list_is_gathered(settings: Settings) -> None:
    with connected(settings) as client:
        empty = client.ask(Action="CoreShowChannels")
        dialplan = client.ask(Action="ShowDialPlan")
    assert [message.get("EventList") for message in empty] == ["start"]
    assert {message["Context"] for message in dialplan[1:]} >= {"door"}


def test_a_list_that_asterisk_ends_with_an_error_is_answered(settings: Settings, asterisk: Asterisk) -> None:
    with (asterisk.config_dir / "extensions.conf").open("a") as file:
        file.write("\n[remote]\nswitch => Loopback/@elsewhere\n")
    asterisk.cli("dialplan reload")
    with connected(settings) as client:
        (start, *events), (pong,) = client.ask_all(
            [{"Action": "ShowDialPlan", "Context": "remote", "Extension": "300"}, {"Action": "Ping"}]
        )
    assert start["EventList"] == "start"
    assert [event["Switch"] for event in events] == ["Loopback/@elsewhere"]
    assert pong["Ping"] == "Pong"


def test_a_refusal_is_asterisks_words(settings: Settings) -> None:
    with (
        connected(settings) as client,
        pytest.raises(ActionFailed, match="Unable to retrieve endpoint nobody"),
    ):
        client.ask(Action="PJSIPShowEndpoint", Endpoint="nobody")


def test_a_wrong_secret_says_what_to_check(settings: Settings) -> None:
    wrong = settings.model_copy(update={"ami_secret": SecretStr("guessed wrong")})
    with (
        pytest.raises(
            AsteriskUnavailable, match="refused the login of 'switchhook': AMI_USERNAME and"
        ) as caught,
        connected(wrong),
    ):
        pass
    assert "guessed" not in str(caught.value)
    assert str(caught.value).endswith("manager.conf")


def test_from_another_machine_a_refusal_may_also_be_for_its_address(settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"ami_secret": SecretStr("wrong"), "ami_host": "127.1"})
    with (
        pytest.raises(AsteriskUnavailable, match="whose permit lets this machine in"),
        connected(elsewhere),
    ):
        pass


def test_nobody_at_the_port_says_what_to_check(settings: Settings) -> None:
    with (
        pytest.raises(AsteriskUnavailable, match=r"does not answer .*is Asterisk running, and enabled=yes"),
        connected(settings.model_copy(update={"ami_port": free_port()})),
    ):
        pass


def test_killing_asterisk_ends_an_action_that_waits(settings: Settings, asterisk: Asterisk) -> None:
    with connected(settings) as client:
        asterisk.freeze()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(client.ask, Action="Ping")
            asterisk.kill()
            with pytest.raises(AsteriskUnavailable, match=r"closed the connection|broke"):
                waiting.result()
        wait_for(client.ended.is_set)
        with pytest.raises(AsteriskUnavailable, match="connection to Asterisk broke"):
            client.ask(Action="Ping")


def test_an_action_to_a_frozen_asterisk_times_out(settings: Settings, asterisk: Asterisk) -> None:
    with connected(settings) as client:
        patience, client.timeout = client.timeout, 0.3
        asterisk.freeze()
        with pytest.raises(AsteriskUnavailable, match=r"did not answer within 0.3 s"):
            client.ask(Action="Ping")
        asterisk.thaw()
        client.timeout = patience
        assert client.ask(Action="CoreSettings")[0]["AsteriskVersion"]


def test_events_reach_the_one_who_listens_and_nobody_else(settings: Settings) -> None:
    heard: list[Message] = []
    with connected(settings, on_event=heard.append) as listener:
        listener.ask(Action="Reload", Module="res_pjsip.so")
        wait_for(lambda: any(message["Event"] == "Reload" for message in heard))
    assert any(message["Event"] == "FullyBooted" for message in heard)


def test_closing_twice_or_unopened_is_harmless(settings: Settings) -> None:
    client = Client()
    client.close()
    client.connect(settings.ami_host, settings.ami_port)
    client.close()
    client.close()


@pytest.fixture
def tls(folder: Path) -> Iterator[Asterisk]:
    with Asterisk(folder / "tls", tls_ami=True) as running:
        yield running


def test_tls_with_a_trusted_certificate_works_for_many_threads(tls: Asterisk) -> None:
    with connected(settings_for(tls, "sqlite://")) as client, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: client.ask(Action="ShowDialPlan"), range(400)))
    assert all(len(answer) == len(answers[0]) > 3 for answer in answers)


def test_tls_with_an_untrusted_certificate_says_what_to_check(tls: Asterisk) -> None:
    distrusting = settings_for(tls, "sqlite://").model_copy(update={"ami_ca_file": None})
    with (
        pytest.raises(AsteriskUnavailable, match=r"no TLS .*CERTIFICATE_VERIFY_FAILED.*AMI_CA_FILE"),
        connected(distrusting),
    ):
        pass


def test_tls_at_a_plain_port_says_what_to_check(settings: Settings) -> None:
    with (
        pytest.raises(AsteriskUnavailable, match=r"no TLS .*tlsenable"),
        connected(settings.model_copy(update={"ami_tls": True})),
    ):
        pass
