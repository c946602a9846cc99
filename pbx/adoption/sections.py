"""Pure: the sections of one number's phone in pjsip.conf or pjsip_wizard.conf, and which lines are its alone.

What it refuses is read in Slack: it says where a line is, and no value of it, which may be a password in the wrong line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from models.adopted_options import Options
from pbx.adoption.values import NotAdoptable
from pbx.config import objects, parser
from pbx.config.admin_config import AdminConfig
from pbx.config.parser import Section

Places = list[tuple[Path, int]]
WIZARD_PARTS = {"endpoint/": "endpoint", "inbound_auth/": "auth", "aor/": "aor"}
WIZARD_HINT = ("has_hint", "hint_exten", "hint_context", "hint_application")
WIZARD_OWN = ("type", "accepts_auth", "accepts_registrations", "transport", *WIZARD_HINT)
WIZARD_OFF = ("sends_auth", "sends_registrations", "has_phoneprov", "sends_line_with_registrations")


class IsTrunk(NotAdoptable):
    """It is no phone."""


@dataclass(frozen=True)
class HandWritten:
    """What the administrator wrote of a phone."""

    # endpoint, auth and aor → options, those of templates first; the secret is among them
    options: Mapping[str, Options] = field(repr=False)
    sections: list[Section] = field(repr=False)  # that are this phone's alone
    stays: tuple[str, ...] = ()  # what others use, too


class Texts:
    """The files, for the lines that a section has in its own file."""

    def __init__(self, sections: Iterable[Section], contents: Mapping[Path, bytes]) -> None:
        self._headers: dict[Path, list[int]] = {}
        for section in sections:
            self._headers.setdefault(section.path, []).append(section.line)
        for lines in self._headers.values():
            lines.sort()
        texts = {path: content.decode("utf-8", "replace") for path, content in contents.items()}
        self._raw = {path: text.split("\n") for path, text in texts.items()}
        self._visible = {
            path: {line: shown for shown, line in parser.visible_lines(text)} for path, text in texts.items()
        }

    def lines_of(self, section: Section) -> Places:
        """Return its header and options, in its own file. Raises NotAdoptable where they cannot be commented out."""
        headers, visible = self._headers[section.path], self._visible[section.path]
        after = bisect_right(headers, section.line)
        end = headers[after] if after < len(headers) else len(self._raw[section.path]) + 1
        within = range(section.line, end)
        lines = [line for line in within if line in visible and not visible[line].startswith("#")]
        self.refuse_block_comments(section.path, lines)
        for _, _, path, line in section.options:
            if not self._headers.get(path) or line < self._headers[path][0]:
                raise NotAdoptable(f"[{section.name}] goes on in {path}, by an #include: write its lines out")
        return [(section.path, line) for line in lines]

    def refuse_block_comments(self, path: Path, lines: Iterable[int]) -> None:
        """Raise NotAdoptable for lines that cannot be commented out by themselves."""
        for line in lines:
            if ";--" in self._raw[path][line - 1] or "--;" in self._raw[path][line - 1]:
                raise NotAdoptable(
                    f"{path}:{line} begins or ends a comment of several lines (;-- --;): put that on lines of its own"
                )


class Index:
    """What refers to what, looked up once a phone, of which there may be thousands."""

    def __init__(self, admin: AdminConfig) -> None:
        self.going_with: dict[str, list[Section]] = {}  # endpoint → identify and registration sections
        self.registrations: dict[str, list[Section]] = {}  # auth → those that log in with it
        self.users_of_auth: dict[str, set[str]] = {}  # auth → names of the sections that name it
        self.wizards: dict[str, list[Section]] = {}
        for section in admin.pjsip:
            self._add(section)
        for section in admin.wizard:
            if not section.is_template:
                self.wizards.setdefault(section.name, []).append(section)

    def _add(self, section: Section) -> None:
        for name, value, _, _ in section.options:
            if name.lower() in ("auth", "outbound_auth", "inbound_auth"):
                for auth in value.split(","):
                    self.users_of_auth.setdefault(auth.strip(), set()).add(section.name)
        if not section.is_template and section.get("type") in ("identify", "registration"):
            self.going_with.setdefault(section.get("endpoint") or "", []).append(section)
            self.registrations.setdefault(section.get("outbound_auth") or "", []).append(section)


def of_pjsip(admin: AdminConfig, index: Index, number: str) -> HandWritten:
    """Return what pjsip.conf has of it. Raises NotAdoptable."""
    named = [each for each in admin.named(number) if not each.is_template]
    endpoint = _only(named, "endpoint", number)
    _refuse_trunk(index, endpoint)
    aors, auth_name = endpoint.get("aors"), endpoint.get("auth") or ""
    if aors != number:
        raise NotAdoptable(
            f"its phones do not register at the AOR {number}, as Switchhook's do (aors= at {_place(endpoint, 'aors')}): "
            f"give it aors={number}, and a [{number}] with type=aor"
        )
    aor = _only(named, "aor", number)
    if "," in auth_name:
        raise NotAdoptable(
            f"it has several auths (auth= at {_place(endpoint, 'auth')}), and Switchhook has one: leave one of them"
        )
    auth = _auth(admin, endpoint, auth_name)
    _refuse_other_auth(auth)
    _refuse_other_user(auth, "username", number)
    sections = [each for each in named if each.get("type") in objects.NEEDED]
    stays: tuple[str, ...] = ()
    if auth_name != number:
        users = index.users_of_auth[auth_name] - {number}
        if users or auth_name in admin.used_as_templates:
            stays = (f"[{auth_name}] at {auth.path}:{auth.line}, which others use, too",)
        else:
            sections += [each for each in admin.named(auth_name) if each.get("type") == "auth"]
    options = {"endpoint": endpoint, "auth": auth, "aor": aor}
    return HandWritten({kind: _options(section) for kind, section in options.items()}, sections, stays)


def _only(named: list[Section], kind: str, name: str) -> Section:
    found = [section for section in named if section.get("type") == kind]
    if not found:
        raise NotAdoptable(f"there is no [{name}] with type={kind}")
    return found[0]


def _auth(admin: AdminConfig, endpoint: Section, name: str) -> Section:
    named = [each for each in admin.named(name) if not each.is_template]
    if name != endpoint.name and not any(each.get("type") == "auth" for each in named):
        raise NotAdoptable(f"what auth= at {_place(endpoint, 'auth')} names is no section with type=auth")
    return _only(named, "auth", name)


def _place(section: Section, option: str) -> str:
    """Return where an option stands that counts, or where it is to stand."""
    places = [f"{path}:{line}" for name, _, path, line in section.options if name.lower() == option]
    return places[-1] if places else f"{section.path}:{section.line}"


def _options(section: Section) -> Options:
    return [(name.lower(), value) for name, value, _, _ in section.options]


def _refuse_trunk(index: Index, endpoint: Section) -> None:
    """Raise IsTrunk for what does not log in as a phone does."""
    auth = endpoint.get("auth")
    if not auth:
        raise IsTrunk("nothing logs in to it (no auth=): it looks like a trunk, or lets anybody in")
    if endpoint.get("outbound_auth"):
        raise IsTrunk("it logs in elsewhere (outbound_auth=), as trunks do")
    others = (*index.going_with.get(endpoint.name, []), *index.registrations.get(auth, []))
    if section := next(iter(others), None):
        raise IsTrunk(
            f"[{section.name}] at {section.path}:{section.line} (type={section.get('type')}) goes with it, as with trunks"
        )


def _refuse_other_auth(auth: Section) -> None:
    if auth.get("auth_type") not in (None, "userpass"):
        raise NotAdoptable(
            f"its password is not written in clear (auth_type= at {_place(auth, 'auth_type')}), and Switchhook would have "
            "to make a new one: write auth_type=userpass and password=… there"
        )
    if not auth.get("password"):
        raise NotAdoptable(f"it has no password at {auth.path}:{auth.line}")


def _refuse_other_user(section: Section, option: str, number: str) -> None:
    """Raise NotAdoptable for a phone that Switchhook would tell people to set up otherwise."""
    if dict(_options(section)).get(option, number) != number:
        raise NotAdoptable(
            f"its phone does not log in as {number}, as phones of Switchhook's do ({option}= at "
            f"{_place(section, option)}): give it username={number} there and in the phone"
        )


def of_wizard(index: Index, number: str) -> HandWritten:
    """Return what pjsip_wizard.conf has of it. Raises NotAdoptable."""
    section = index.wizards[number][0]
    parts: dict[str, Options] = {"endpoint": [], "auth": [], "aor": []}
    for name, value in _options(section):
        prefix, slash, option = name.partition("/")
        if kind := WIZARD_PARTS.get(prefix + slash):
            parts[kind].append((option, value))
        elif name == "transport":
            parts["endpoint"].append((name, value))
        elif name not in WIZARD_OWN and not (name in WIZARD_OFF and not objects.is_true(value)):
            raise IsTrunk(f"it has {name}= in {section.path}, which phones have not")
    for needed in ("accepts_auth", "accepts_registrations"):
        if not objects.is_true(section.get(needed)):
            raise IsTrunk(f"no phone can log in to it ({needed} is not yes)")
    _refuse_other_wizard(section, dict(parts["auth"]))
    _refuse_other_user(section, "inbound_auth/username", number)
    parts["endpoint"] += [("auth", number), ("aors", number)]
    return HandWritten(parts, index.wizards[number])


def _refuse_other_wizard(section: Section, auth: Mapping[str, str]) -> None:
    where, number = f"{section.path}:{section.line}", section.name
    if auth.get("auth_type", "userpass") != "userpass" or not auth.get("password"):
        raise NotAdoptable(
            f"its password is not written in clear at {where}: give it inbound_auth/password=…"
        )
    if not objects.is_true(section.get("has_hint")):
        return
    context = section.get("endpoint/context") or "default"
    hint = (section.get("hint_exten") or number, section.get("hint_context") or context)
    if section.get("hint_application"):
        raise NotAdoptable(
            f"its hint at {where} comes with a step of yours (hint_application), which would go: take that out, or write the "
            "step into extensions.conf"
        )
    if hint != (number, context):
        raise NotAdoptable(
            f"its hint at {where} is {hint[0]}@{hint[1]}, and Switchhook's would be {number}@{context}: make it the same"
        )


def names(admin: AdminConfig) -> Iterator[str]:
    """Yield the names of all endpoints, each once."""
    found = [
        *(each for each in admin.pjsip if each.get("type") == "endpoint"),
        *(each for each in admin.wizard if each.get("type") == "wizard"),
    ]
    yield from dict.fromkeys(each.name for each in found if not each.is_template)
