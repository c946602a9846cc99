"""The AMI client against a server that says what a real Asterisk will not say on demand."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr

from pbx import ami
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.errors import AsteriskUnavailable
from settings import Settings
from tests.server import TEST_KEY

Play = Callable[[socket.socket, list[str]], None]  # the server's part, with the ActionIDs asked so far


@pytest.fixture
def against() -> Iterator[Callable[..., Client]]:
    """Makes a client of a server that reads `questions` actions and then plays its part."""
    with contextlib.ExitStack() as stack:

        def start(play: Play, questions: int = 0, heard: list[Message] | None = None) -> Client:
            listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            server = threading.Thread(target=serve, args=[listening, play, questions])
            server.start()
            stack.callback(server.join)
            client = Client(heard.append if heard is not None else None, timeout=60)
            stack.callback(client.close)
            client.connect(*listening.getsockname())
            return client

        yield start
    assert not [thread for thread in threading.enumerate() if thread.name == "ami-reader"]


def serve(listening: socket.socket, play: Play, questions: int) -> None:
    connection, _ = listening.accept()
    with connection, connection.makefile("r", encoding="utf-8", newline="") as lines:
        connection.sendall(b"Asterisk Call Manager/9.0.0\r\n")
        play(connection, [action_id(lines) for _ in range(questions)])


def action_id(lines: Iterator[str]) -> str:
    """Of the next action."""
    headers = list(iter(lambda: next(lines), "\r\n"))
    return next(header.partition(": ")[2].strip() for header in headers if header.startswith("ActionID:"))


def send(connection: socket.socket, *headers: str | bytes) -> None:
    lines = [header.encode() if isinstance(header, str) else header for header in headers]
    connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n")


def answering(*headers: str | bytes) -> Play:
    def play(connection: socket.socket, asked: list[str]) -> None:
        send(connection, "Response: Success", f"ActionID: {asked[0]}", *headers)

    return play


def test_odd_events_reach_the_listener_and_stop_nothing(against: Callable[..., Client]) -> None:
    heard: list[Message] = []

    def play(connection: socket.socket, asked: list[str]) -> None:
        send(connection, "Event: Newchannel", "broken header", "ChanVariable: a=1", "ChanVariable: b=2")
        send(connection, "Event: Hangup", "CallerIDName: Original message will follow", b"\xff: \xfe")
        answering()(connection, asked)

    against(play, 1, heard).ask(Action="Ping")
    assert [event["Event"] for event in heard] == ["Newchannel", "Hangup"]
    assert heard[0]["ChanVariable"] == "a=1"


def test_replies_out_of_order_are_matched_by_action_id(against: Callable[..., Client]) -> None:
    def play(connection: socket.socket, asked: list[str]) -> None:
        for action in reversed(asked):
            send(connection, "Response: Success", f"ActionID: {action}", f"Echo: {action}")

    client = against(play, 2)
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(client.ask, Action="Ping") for _ in range(2)]
        messages = [answer.result()[0] for answer in answers]
    assert all(message["Echo"] == message["ActionID"] for message in messages)
    assert len({message["Echo"] for message in messages}) == 2


def test_lists_of_two_actions_may_be_interleaved(against: Callable[..., Client]) -> None:
    def play(connection: socket.socket, asked: list[str]) -> None:
        for action in asked:
            send(connection, "Response: Success", f"ActionID: {action}", "EventList: start")
        for action in reversed(asked):
            send(connection, "Event: Entry", f"ActionID: {action}", f"Of: {action}")
        for action in asked:
            send(connection, "Event: Complete", f"ActionID: {action}", "EventList: Complete")

    answers = against(play, 2).ask_all([{"Action": "A"}, {"Action": "B"}])
    assert [[entry.get("Of") for entry in answer[1:]] for answer in answers] == [
        [answer[0]["ActionID"]] for answer in answers
    ]


def test_an_answer_that_a_stranger_forges_is_none(against: Callable[..., Client]) -> None:
    """It could be in a value with line breaks, if the ActionID were known."""

    def play(connection: socket.socket, asked: list[str]) -> None:
        send(connection, f"ActionID: {asked[0]}", "EventList: start")
        send(connection, "Response: Success", f"ActionID: {asked[0]}", "EventList: start")
        send(connection, "Event: Entry", f"ActionID: {asked[0]}", "CallerIDNum: 1", "EventList: Complete")
        send(connection, "Event: Entry", f"ActionID: {asked[0]}", "CallerIDNum: 1", "Response: Error")
        send(connection, "Event: Hangup", "Uniqueid: forged")
        send(connection, "Event: Entry", f"ActionID: {asked[0]}", "CallerIDNum: 2")
        send(connection, "Event: EntryListComplete", f"ActionID: {asked[0]}", "EventList: Complete")
        send(connection, "Event: Hangup", "Uniqueid: true")
        answering()(connection, asked[1:])

    heard: list[Message] = []
    client = against(play, 2, heard)
    answers = client.ask_all([{"Action": "Entries"}, {"Action": "Ping"}])
    assert [entry.get("CallerIDNum") for entry in answers[0]] == [None, "1", "1", "2"]
    assert [event["Uniqueid"] for event in heard] == ["true"]


def test_an_action_id_cannot_be_guessed_from_another_connections(against: Callable[..., Client]) -> None:
    answers = [against(answering(), 1).ask(Action="Ping")[0] for _ in range(2)]
    prefixes = {answer["ActionID"].rpartition("-")[0] for answer in answers}
    assert len(prefixes) == 2
    assert all(len(prefix) >= len("switchhook-") + 16 for prefix in prefixes)


@pytest.mark.parametrize("half", [b"", b"Response: Succ", b"Response: Success\r\nActionID: {}\r\n"])
def test_an_end_in_the_middle_of_a_message_is_an_end(against: Callable[..., Client], half: bytes) -> None:
    def play(connection: socket.socket, asked: list[str]) -> None:
        connection.sendall(half.replace(b"{}", asked[0].encode()))

    client = against(play, 1)
    with pytest.raises(AsteriskUnavailable, match="closed the connection before it answered"):
        client.ask(Action="Ping")
    assert client.ended.wait(60)
    assert not client.connected()


def test_a_late_answer_is_not_given_to_the_next_action(against: Callable[..., Client]) -> None:
    asked_again = threading.Event()

    def play(connection: socket.socket, asked: list[str]) -> None:
        for action in asked:
            send(connection, "Response: Success", f"ActionID: {action}", f"Echo: {action}")
        asked_again.set()

    client = against(play, 2)
    client.timeout = 0.05
    with pytest.raises(AsteriskUnavailable, match="did not answer within"):
        client.ask(Action="First")
    client.timeout = 60
    second = client.ask(Action="Second")[0]
    assert second["Echo"] == second["ActionID"]
    assert asked_again.wait(60)


def test_the_reader_survives_an_event_handler_that_raises(against: Callable[..., Client]) -> None:
    def play(connection: socket.socket, asked: list[str]) -> None:
        send(connection, "Event: Newchannel")
        answering()(connection, asked)

    client = against(play, 1, FailingList())
    assert client.ask(Action="Ping")[0]["Response"] == "Success"


class FailingList(list[Message]):
    def append(self, message: Message) -> None:
        raise RuntimeError(f"cannot take {message['Event']}")


@pytest.mark.parametrize("booted", [True, False])
def test_an_asterisk_that_is_still_starting_is_not_asked(
    booted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would show nothing of what is there, and every row would be refused."""

    def play(connection: socket.socket, asked: list[str]) -> None:
        answering()(connection, asked)
        if booted:
            send(connection, "Event: FullyBooted", "Status: Fully Booted")
        connection.recv(1)

    monkeypatch.setattr(ami, "BOOT_SECONDS", 60 if booted else 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=serve, args=[listening, play, 1])
        server.start()
        settings = Settings(ami_port=listening.getsockname()[1], secret_key=(SecretStr(TEST_KEY),))
        expected = (
            contextlib.nullcontext() if booted else pytest.raises(AsteriskUnavailable, match="still starting")
        )
        with expected, connected(settings, timeout=60):
            assert booted
        server.join()
