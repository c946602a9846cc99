"""Slack's servers, as far as an app with slash commands can tell."""

import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Self, TypeVar

from .faults import Fault, FaultPlan
from .http_layer import HttpAnswer, HttpRequest, HttpServer
from .methods import WebApi
from .oauth import EXCHANGES, PAGES, OAuth
from .records import PATIENCE, ApiCall, Json, Message, SlackRefusal
from .sockets import SocketServer
from .workspace import SCOPES, Workspace

T = TypeVar("T")
OPEN = "apps.connections.open"
UPLOAD = "upload"  # so are called the posts of a file's bytes
RESPONSE_URL = "response_url"  # under this name posts to response_urls are recorded and made to fail


class SlackStandIn:
    """Plays Slack on a free port of 127.0.0.1 from `with` until its end.

    `calls` holds every call in the order in which they were answered. The methods may be used from any
    thread. `enforce_rate_limits` turns on Slack's limits of posts and edits, by the `clock`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.signing_secret = secrets.token_hex(16)
        self.scopes = SCOPES  # of the app, as it was installed
        self.socket_mode = False  # in the app's settings
        self.bot_token = f"xoxb-{secrets.token_hex(16)}"
        self.verification_token = secrets.token_urlsafe(18)
        self.calls: list[ApiCall] = []
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._clock = clock
        self._faults = FaultPlan(clock)
        self._server = HttpServer(self._answer, self._stopping.wait)
        self.root_url = f"http://127.0.0.1:{self._server.server_port}"
        self.workspace = Workspace(self.root_url)
        self._api = WebApi(self.workspace)
        self.sockets = SocketServer(self.workspace.app_id)
        self.oauth = OAuth(self.workspace)

    def __enter__(self) -> Self:
        serve = self._server.serve_forever
        threading.Thread(target=serve, args=(0.05,), name="slack-stand-in", daemon=True).start()
        self.sockets.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self.sockets.stop()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The Web API's base URL, for SLACK_API_URL; ends with a slash."""
        return f"{self.root_url}/api/"

    def set_clock(self, seconds_ahead: float) -> None:
        """Has it answer with a time that is not this machine's."""
        self._server.seconds_ahead = seconds_ahead

    @property
    def enforce_rate_limits(self) -> bool:
        return self._faults.enforce_rate_limits

    @enforce_rate_limits.setter
    def enforce_rate_limits(self, on: bool) -> None:
        self._faults.enforce_rate_limits = on

    def wait_for(self, predicate: Callable[[ApiCall], bool], timeout: float = PATIENCE) -> ApiCall:
        """The first call, past or to come, for which the predicate holds. TimeoutError after `timeout` s."""
        return self.wait_until(lambda: next(filter(predicate, self.calls), None), timeout)

    def wait_until(self, look: Callable[[], T | None], timeout: float = PATIENCE) -> T:
        """What `look` returns once that is true; it is asked again after every call. Else TimeoutError."""
        with self._changed:
            found = self._changed.wait_for(look, timeout)
            if found:
                return found
            recent = [(call.method, call.error) for call in self.calls[-10:]]
        raise TimeoutError(f"not within {timeout} s; the latest calls: {recent}")

    def called(self, method: str) -> list[ApiCall]:
        """Every call of a method so far, refused ones too."""
        with self._changed:
            return [call for call in self.calls if call.method == method]

    def messages(self, channel: str) -> list[Message]:
        """The messages now in a channel (a user's direct messages for U...), oldest first."""
        with self._changed:
            return self.workspace.conversations.in_channel(channel)

    def uploaded(self, file_id: str) -> bytes:
        """The bytes of a file, as they were uploaded."""
        with self._changed:
            return self.workspace.files.content(file_id)

    def add_user(self, user_id: str, name: str, email: str = "", real_name: str = "") -> None:
        with self._changed:
            self.workspace.add_user(user_id, name, email, real_name)

    def add_channel(self, channel_id: str, name: str) -> None:
        """Let the app be in a channel."""
        with self._changed:
            self.workspace.channels[channel_id] = name

    def set_usergroups(self, groups: dict[str, list[str]] | None) -> None:
        """User group ids to user ids; None is a workspace on the free plan (`paid_teams_only`)."""
        with self._changed:
            self.workspace.usergroups = groups

    def show(self, response_id: str, reply: Json) -> None:
        """Shows a reply that came with an acknowledgement. Raises SlackRefusal if Slack would not."""
        with self._changed:
            self.workspace.show(self.workspace.response_urls[response_id], reply)

    def submitted(self, view: Mapping[str, Any], answer: str) -> None:
        """Does with a modal what its submission was answered with. Raises AssertionError if Slack would show an error."""
        with self._changed:
            self._api.submitted(view, json.loads(answer) if answer.strip() else {})
            self._changed.notify_all()

    def windows(self) -> list[Json]:
        """The modals that are open now, oldest first."""
        with self._changed:
            return [view for view in self.workspace.views.values() if view["type"] == "modal"]

    def fail_next(
        self,
        method: str,
        n: int = 1,
        *,
        status: int = 200,
        retry_after: int | None = None,
        error: str = "",
        hang: float = 0.0,
        drop: bool = False,
        cut: bool = False,
    ) -> None:
        """Makes the next n calls of a method, or of `response_url`, fail; see Fault."""
        with self._changed:
            self._faults.add(method, n, Fault(status, error, retry_after, hang, drop, cut))

    def fail_until_cleared(
        self,
        method: str,
        *,
        status: int = 200,
        retry_after: int | None = None,
        error: str = "",
        hang: float = 0.0,
        channel: str = "",
    ) -> None:
        """Makes every call of a method, or every one for a channel, fail until clear_faults."""
        with self._changed:
            self._faults.stand(method, Fault(status, error, retry_after, hang), channel)

    def clear_faults(self, method: str | None = None) -> None:
        """Ends the faults of one method, or of all."""
        with self._changed:
            self._faults.clear(method)

    def _answer(self, request: HttpRequest) -> HttpAnswer:
        first, _, rest = request.path.lstrip("/").partition("/")
        if first == "api":
            return self._web_api(rest, request)
        if first == "upload":
            return self._do(
                UPLOAD, {"id": rest}, lambda: self.workspace.files.receive(rest, request.body), 400
            )
        if first == "response":
            return self._response(rest, request)
        if request.path in PAGES:
            return self.oauth.page(request)
        return HttpAnswer(404, "not found")

    def _web_api(self, method: str, request: HttpRequest) -> HttpAnswer:
        try:
            arguments = request.arguments()
            if method in EXCHANGES:
                return self._do(method, {}, lambda: self.oauth.exchange(method, request, arguments), 200)
            if user := self.oauth.tokens.get(_bearer(request)):
                arguments = {**arguments, "user": user.user_id}
                return self._do(method, arguments, lambda: self.oauth.call(method, user, arguments), 200)
            self._authenticate(request, arguments)
        except SlackRefusal as refusal:
            return self._record(method, {}, HttpAnswer(200, refusal.answer()), refusal.error)
        answer = self._do(method, arguments, lambda: self._allowed(method, arguments, _bearer(request)), 200)
        scopes = {"x-oauth-scopes": self.scopes, "x-accepted-oauth-scopes": SCOPES}
        return replace(answer, headers={**scopes, **answer.headers})

    def _allowed(self, method: str, arguments: Json, token: str) -> Json:
        if method == OPEN:
            return {"ok": True, **self.sockets.issue_url(token)}
        if method.startswith("files.") and "files:write" not in self.scopes.split(","):
            raise SlackRefusal("missing_scope")
        return self._api.call(method, arguments)

    def _authenticate(self, request: HttpRequest, arguments: Json) -> None:
        given = _bearer(request) or arguments.get("token")
        if not given:
            raise SlackRefusal("not_authed")
        if given != self.bot_token and request.path != f"/api/{OPEN}":  # which has a token of its own
            raise SlackRefusal("invalid_auth")

    def _response(self, response_id: str, request: HttpRequest) -> HttpAnswer:
        try:
            body = request.json_body()
        except SlackRefusal:
            return self._record(
                RESPONSE_URL, {"id": response_id}, HttpAnswer(400, "invalid_payload"), "invalid_payload"
            )
        arguments = {"id": response_id, "body": body}
        answer = self._do(RESPONSE_URL, arguments, lambda: self.workspace.respond(response_id, body), 400)
        gone = isinstance(answer.body, dict) and answer.body.get("error") in ("used_url", "expired_url")
        return HttpAnswer(404, answer.body) if gone else answer

    def _do(self, method: str, arguments: Json, act: Callable[[], Json | str], refused: int) -> HttpAnswer:
        # Done and recorded in one step: who waits for a call finds what came of it.
        with self._changed:
            fault = self._faults.take(method, arguments) or Fault()
            if fault.refuses:
                body: Json | str = {"ok": False, "error": fault.reason} if fault.status != 500 else "oops"
                answer = HttpAnswer(fault.status, body, fault.headers, fault.hang)
                return self._record(method, arguments, answer, fault.reason)
            try:
                answer = HttpAnswer(200, act(), hang=fault.hang, drop=fault.drop, cut=fault.cut)
                return self._record(method, arguments, answer)
            except SlackRefusal as refusal:
                answer = HttpAnswer(refused, refusal.answer(), hang=fault.hang)
                return self._record(method, arguments, answer, refusal.error)

    def _record(self, method: str, arguments: Json, answer: HttpAnswer, error: str = "") -> HttpAnswer:
        with self._changed:
            self.calls.append(ApiCall(method, arguments, self._clock(), error))
            self._changed.notify_all()
        return answer


def _bearer(request: HttpRequest) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")
