"""OAuth v2 for people's own tokens, and what those are good for: a profile's status; openid.py is for who signs in.

https://docs.slack.dev/authentication/installing-with-oauth
https://docs.slack.dev/reference/methods/oauth.v2.access
https://docs.slack.dev/reference/methods/users.profile.set
"""

import base64
import json
import re
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from .http_layer import HttpAnswer, HttpRequest
from .openid import OpenId
from .records import Json, SlackRefusal
from .workspace import Workspace

OPENID_TOKEN, OPENID_PAGE = "openid.connect.token", "/openid/connect/authorize"
EXCHANGES, PAGES = ("oauth.v2.access", OPENID_TOKEN), ("/oauth/v2/authorize", OPENID_PAGE)
CODE_SECONDS = 600.0
# The user scope that each method needs.
USER_METHODS = {
    "auth.test": "",
    "auth.revoke": "",
    "users.profile.get": "users.profile:read",
    "users.profile.set": "users.profile:write",
}
USER_SCOPES = ("users.profile:read", "users.profile:write")  # that the app's manifest asks for
MAX_STATUS_TEXT = 100
DEFAULT_EMOJI = ":speech_balloon:"
NO_STATUS: Json = {"status_text": "", "status_emoji": "", "status_expiration": 0}


@dataclass
class Code:
    """What somebody has permitted, until it is exchanged. `is_openid`: they sign in; `nonce` is of that."""

    user_id: str
    scopes: tuple[str, ...]
    redirect_uri: str
    expires_at: float
    is_openid: bool = False
    nonce: str = ""


@dataclass
class UserToken:
    """`fault`: what it is refused with; "" while it is good."""

    user_id: str
    scopes: tuple[str, ...]
    fault: str = ""


@dataclass
class OAuth:
    """The page that asks, and the tokens. `signed_in`: whose browser it is; `consents`: whether they allow it."""

    workspace: Workspace
    client_id: str = "1234567890.0987654321"
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    redirect_url: str = (
        "https://phones.example.com"  # as the app's settings have it; what goes on from it counts, too
    )
    signed_in: str = ""
    consents: bool = True
    team_id: str = ""  # of the workspace that was chosen on the page; "": the app's
    allowed: tuple[str, ...] = USER_SCOPES
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, UserToken] = field(default_factory=dict)
    statuses: dict[str, Json] = field(default_factory=dict)
    openid: OpenId = field(init=False)

    def __post_init__(self) -> None:
        self.openid = OpenId(self.workspace.root_url)

    def page(self, request: HttpRequest) -> HttpAnswer:
        """What the browser gets for a link, the question answered."""
        is_openid = request.path == OPENID_PAGE
        try:
            return HttpAnswer(302, "", {"Location": self.authorize(request.arguments(), is_openid)})
        except SlackRefusal as refusal:
            return HttpAnswer(400, f"Something went wrong: {refusal.error}")

    def authorize(self, query: Json, is_openid: bool) -> str:
        """Where the browser is sent to. Raises SlackRefusal for what Slack shows as an error of its own."""
        if query.get("client_id") != self.client_id:
            raise SlackRefusal("invalid_client_id")
        redirect_uri = str(query.get("redirect_uri") or "")
        if not redirect_uri.startswith("https://") or not redirect_uri.startswith(self.redirect_url):
            raise SlackRefusal("bad_redirect_uri")
        granted = self.openid.scopes_of(query) if is_openid else self._scopes_of(query)
        back = {"state": query.get("state", "")}
        if not self.consents:
            return f"{redirect_uri}?{urlencode({'error': 'access_denied', **back})}"
        code = f"{secrets.randbelow(10**10)}.{secrets.token_hex(32)}"
        until, nonce = time.monotonic() + CODE_SECONDS, str(query.get("nonce") or "")
        self.codes[code] = Code(self.signed_in, granted, redirect_uri, until, is_openid, nonce)
        return f"{redirect_uri}?{urlencode({'code': code, **back})}"

    def _scopes_of(self, query: Json) -> tuple[str, ...]:
        scopes = tuple(filter(None, str(query.get("user_scope") or "").split(",")))
        if not scopes or not set(scopes) <= set(USER_SCOPES):
            raise SlackRefusal("invalid_scope")
        return tuple(each for each in scopes if each in self.allowed)

    def exchange(self, method: str, request: HttpRequest, arguments: Json) -> Json:
        """Exchange a code, which is good once. The client's ID and secret come as HTTP Basic."""
        self._must_be_the_app(request)
        is_openid = method == OPENID_TOKEN
        if is_openid:
            self.openid.must_be_asked_well(arguments)
        code = self.codes.pop(str(arguments.get("code")), None)
        if code is None or time.monotonic() > code.expires_at or code.is_openid != is_openid:
            raise SlackRefusal("invalid_code")
        if arguments.get("redirect_uri") != code.redirect_uri:
            raise SlackRefusal("bad_redirect_uri")
        return self._signed_in(code) if is_openid else self._granted(code)

    def _must_be_the_app(self, request: HttpRequest) -> None:
        basic = request.headers.get("authorization", "").removeprefix("Basic ")
        given = base64.b64decode(basic).decode().partition(":")
        if given[0] != self.client_id:
            raise SlackRefusal("invalid_client_id")
        if given[2] != self.client_secret:
            raise SlackRefusal("bad_client_secret")

    def _signed_in(self, code: Code) -> Json:
        user = self.workspace.users.get(code.user_id, {"id": code.user_id})
        team_id = self.team_id or self.workspace.team_id
        token = f"xoxp-{secrets.token_hex(24)}"
        return self.openid.answer(self.client_id, user, team_id, code.nonce, token)

    def _granted(self, code: Code) -> Json:
        token = self.issue(code.user_id, code.scopes)
        person = {"id": code.user_id, "scope": ",".join(code.scopes), "token_type": "user"}
        return {
            "ok": True,
            "app_id": self.workspace.app_id,
            "authed_user": {**person, "access_token": token},
            "team": {"id": self.team_id or self.workspace.team_id, "name": self.workspace.team_domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def issue(self, user_id: str, scopes: tuple[str, ...] = USER_SCOPES) -> str:
        """The token of a person, the same while it is good."""
        for token, known in self.tokens.items():
            if known.user_id == user_id and not known.fault:
                known.scopes = scopes
                return token
        token = f"xoxp-{secrets.token_hex(24)}"
        self.tokens[token] = UserToken(user_id, scopes)
        return token

    def spoil(self, user_id: str, fault: str = "token_revoked") -> None:
        """Have Slack refuse somebody's tokens from now on."""
        for known in self.tokens.values():
            if known.user_id == user_id:
                known.fault = known.fault or fault

    def call(self, method: str, token: UserToken, arguments: Json) -> Json:
        if method not in USER_METHODS:
            raise SlackRefusal("missing_scope")
        if token.fault:
            raise SlackRefusal(token.fault)
        needed = USER_METHODS[method]
        if needed and needed not in token.scopes:
            raise SlackRefusal("missing_scope")
        match method:
            case "auth.test":
                return {"ok": True, "user_id": token.user_id, "team_id": self.workspace.team_id}
            case "auth.revoke":
                token.fault = "token_revoked"
                return {"ok": True, "revoked": True}
            case "users.profile.set":
                self.set_status(token.user_id, **checked(arguments))
        return {"ok": True, "profile": self.status(token.user_id)}

    def set_status(
        self, user_id: str, status_text: str = "", status_emoji: str = "", status_expiration: int = 0
    ) -> None:
        """As the person does it, too."""
        emoji = status_emoji or (DEFAULT_EMOJI if status_text else "")
        status = {
            "status_text": status_text,
            "status_emoji": emoji,
            "status_expiration": status_expiration if emoji else 0,
        }
        self.statuses[user_id] = status

    def status(self, user_id: str) -> Json:
        """What everybody sees: nothing once it has expired."""
        status = self.statuses.get(user_id, NO_STATUS)
        expires = status["status_expiration"]
        return NO_STATUS if expires and expires <= time.time() else status


def checked(arguments: Json) -> Json:
    """The status in users.profile.set's `profile`. Raises SlackRefusal for one that Slack does not take."""
    profile = arguments.get("profile")
    profile = json.loads(profile) if isinstance(profile, str) else profile
    if not isinstance(profile, dict) or not set(profile) <= set(NO_STATUS):
        raise SlackRefusal("invalid_profile")
    if len(profile.get("status_text", "")) > MAX_STATUS_TEXT:
        raise SlackRefusal("too_long")
    if not re.fullmatch(r"(:[a-z0-9_+-]+:)?", profile.get("status_emoji", "")):
        raise SlackRefusal("profile_status_set_failed_not_valid_emoji")
    if not isinstance(profile.get("status_expiration", 0), int):
        raise SlackRefusal("invalid_profile")
    return profile
