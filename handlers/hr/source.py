"""Pure: what an entry of the table of HR systems says; the table is in sources.py.

A path such as `data.first_name` names a value in a body; keys are compared without case, spaces and signs.
Of several paths the first that leads to something counts; `a+b` is both, with a space
between them, and nothing if one is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.hr.employee import EmployeeEventKind
from handlers.hr.signatures import Signature

Paths = tuple[str, ...]


@dataclass(frozen=True)
class Fields:
    """Where the values of an EmployeeEvent stand."""

    external_id: Paths
    name: Paths = ()
    email: Paths = ()
    department: Paths = ()
    start_date: Paths = ()
    wanted_number: Paths = ()
    occurred_at: Paths = ()


@dataclass(frozen=True)
class Api:
    """How an HR system is asked for one employee: over HTTPS, with HTTP Basic, for JSON."""

    name: str  # as people know it
    url: str  # the one of Settings with the address
    key: str  # the one of Settings with the key; without either it is not asked
    credentials: str  # user and password with a colon between them; {key} is the key
    path: str  # behind the address; {external_id} is whom it is about
    fields: Fields  # in the answer
    query: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, object] | None = None  # what is posted; None: it is a GET
    left_when: Mapping[str, str] = field(default_factory=dict)  # as with Source


@dataclass(frozen=True)
class Source:
    """One HR system: how it signs, how its body looks, what its words mean."""

    setting: str  # the one of Settings with its keys; without any, the source does not exist
    signature: Signature
    kind_at: Paths  # where the word stands that says what happened
    kinds: Mapping[str, EmployeeEventKind]  # other words are ignored
    fields: Fields
    each: str | None = None  # where the employees stand, if there can be several; their paths begin at each
    # Path: the value that makes a change a leaving.
    left_when: Mapping[str, str] = field(default_factory=dict)
    sends_forms: bool = False
    # The header with the delivery's id; None: a hash of the body. Only a header that is signed serves.
    id_header: str | None = None
    pings: frozenset[str] = frozenset({"ping"})  # words for a test event
    # Bodies that are answered unsigned, without spaces and quotes: sent before anybody has the key.
    unsigned_pings: frozenset[bytes] = frozenset()
    accepted: int = 202  # the status that says “stored, and yet to be processed”
    api: Api | None = None
