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
from tests.server import free_port, settings_for
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


def test_pyst2s_own_actions_work_too(settings: Settings) -> None:
    with connected(settings) as client:
        assert client.ping().get_header("Response") == "Success"
        assert client.ping().get_header("Nothing", "default") == "default"


def test_an_event_list_is_gathered(settings: Settings) -> None:
    with connected(settings) as client:
        empty = client.ask(Action="CoreShowChannels")
        dialplan = client.ask(Action="ShowDialPlan")
    assert [message.get("EventList") for message in empty] == ["start"]
    assert {message["Context"] for message in dialplan[1:]} >= {"door"}


def test_a_file_is_shown_with_every_category(settings: Settings) -> None:
    with connected(settings) as client:
        shown = client.ask(Action="GetConfig", Filename="extensions.conf")[0]
    categories = [value for name, value in shown.items() if name.startswith("Category-")]
    assert categories == ["general", "globals", "door"]


def test_repeated_headers_are_all_kept(settings: Settings, asterisk: Asterisk) -> None:
    """A console command answers with one header for each line, to a login that may ask for it."""
    path = asterisk.config_dir / "manager.conf"
    path.write_text(path.read_text() + "\n[console]\nsecret=of the console\nread=all\nwrite=all\n")
    asterisk.cli("manager reload")
    secret = SecretStr("of the console")
    with connected(settings.model_copy(update={"ami_username": "console", "ami_secret": secret})) as client:
        shown = client.ask(Action="Command", Command="dialplan show door")[0]
    assert len(shown.all("Output")) > 4
    assert "\n".join(shown.all("Output")).count("Playtones") == 1


def test_a_refusal_is_asterisks_words(settings: Settings) -> None:
    with (
        connected(settings) as client,
        pytest.raises(ActionFailed, match="Unable to retrieve endpoint nobody"),
    ):
        client.ask(Action="PJSIPShowEndpoint", Endpoint="nobody")


def test_actions_of_many_threads_get_their_own_answers(settings: Settings) -> None:
    def ask(turn: int) -> bool:
        answer = client.ask(Action="DBGet", Family="switchhook", Key=f"k{turn % 7}")
        return answer[-1].get("Val") == f"v{turn % 7}"

    with connected(settings) as client, ThreadPoolExecutor(8) as pool:
        client.ask_all(
            [{"Action": "DBPut", "Family": "switchhook", "Key": f"k{n}", "Val": f"v{n}"} for n in range(7)]
        )
        assert all(pool.map(ask, range(200)))


def test_a_header_with_a_line_break_is_not_sent(settings: Settings) -> None:
    with connected(settings) as client:
        for forged in ("a\r\nAction: Logoff", "a\nb", "a\rb"):
            with pytest.raises(ValueError, match="has a line break"):
                client.ask(Action="Ping", Note=forged)
        with pytest.raises(ValueError, match="has a line break"):
            client.send_action({"Action": "Ping", "No\nte": "x"})
        assert client.ask(Action="Ping")[0]["Ping"] == "Pong"


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
    with connected(settings, timeout=0.3) as client:
        asterisk.freeze()
        with pytest.raises(AsteriskUnavailable, match=r"did not answer within 0.3 s"):
            client.ask(Action="Ping")
        asterisk.thaw()
        assert client.ask(Action="CoreSettings")[0]["AsteriskVersion"]


def test_a_login_at_a_frozen_asterisk_times_out(settings: Settings, asterisk: Asterisk) -> None:
    asterisk.freeze()
    with (
        pytest.raises(AsteriskUnavailable, match=r"did not answer within 0.2 s"),
        connected(settings, timeout=0.2),
    ):
        pass
    asterisk.thaw()


def test_a_new_connection_works_after_a_restart(settings: Settings, asterisk: Asterisk) -> None:
    with connected(settings) as before:
        asterisk.kill()
        asterisk.start()
        wait_for(before.ended.is_set)
    with connected(settings) as after:
        assert after.ask(Action="Ping")[0]["Ping"] == "Pong"


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
