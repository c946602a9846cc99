"""The tokens' table, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from models import api_token
from models.api_token import KEEP, ApiToken, Scope, find, quota, use
from models.database import Database
from models.types import now
from tests.models import migrating
from tests.server import migrate

database_url = migrating.database_url

AT = datetime.fromisoformat("2026-11-26T12:00:00+00:00")
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def save(database: Database, **values: Any) -> str:
    """Save a token; return its jti."""
    usual: dict[str, Any] = {
        "name": "hr-sync",
        "scope": "read",
        "key_id": "k",
        "created_by": "cli:root",
        "created_at": AT,
    }
    row = ApiToken(**usual | {"expires_at": AT + DAY} | values)
    with database.session() as session:
        session.add(row)
    return row.jti


@pytest.fixture
def jti(database: Database) -> str:
    return save(database)


@pytest.mark.parametrize(
    ("scope", "included"),
    [
        ("read", {"read"}),
        ("extensions:write", {"read", "extensions:write"}),
        ("config:write", {"read", "config:write"}),
        ("extensions:write config:write", {"read", "extensions:write", "config:write"}),
        ("admin", set(Scope)),
        ("of-another-version", set()),
        ("of-another-version read", {"read"}),
        ("", set()),
    ],
)
def test_a_scope_to_write_includes_reading_and_admin_everything(scope: str, included: set[str]) -> None:
    token = ApiToken(name="x", scope=scope, key_id="k", created_by="x", expires_at=AT)
    assert {each for each in Scope if token.allows(each)} == included


@pytest.mark.parametrize("name", ["hr-sync", "a", "0.9_x", "a" * 64])
def test_a_name_is_what_a_header_a_log_and_a_shell_take(name: str) -> None:
    assert api_token.token_name.validate_python(name) == name


@pytest.mark.parametrize(
    "name", ["", "a" * 65, "HR", "-a", "a b", "a\n", "ä", 'a"', "a:b", "\u202ea", "../a", "$(a)"]
)
def test_any_other_name_is_refused_with_one_that_would_do(name: str) -> None:
    with pytest.raises(ValueError, match="such as hr-sync"):
        api_token.token_name.validate_python(name)


def test_of_those_that_are_not_revoked_each_has_its_own_name(database: Database, jti: str) -> None:
    with pytest.raises(IntegrityError):
        save(database)
    save(database, name="other")
    save(database, revoked_at=AT)
    save(database, revoked_at=AT)


def test_a_request_is_counted_and_tells_what_is_left(database: Database, jti: str) -> None:
    first = use(database, jti, 60, AT)
    assert first is not None
    assert (first.name, first.last_used_at) == ("hr-sync", AT)
    assert quota(first, 60, AT) == (59, 1.0, 0)
    second = use(database, jti, 60, AT)
    assert second is not None
    assert quota(second, 60, AT) == (58, 2.0, 0)
    assert quota(second, 60, AT + MINUTE) == (60, 0, 0)


@pytest.mark.parametrize("limit", [1, 7, 60])
def test_the_limit_is_a_minutes_and_comes_back_little_by_little(
    database: Database, jti: str, limit: int
) -> None:
    allowed = [use(database, jti, limit, AT) for _ in range(limit)]
    assert None not in allowed
    assert use(database, jti, limit, AT) is None
    row = find(database, jti)
    assert row is not None
    left = quota(row, limit, AT)
    assert left.remaining == 0
    assert left.next_in == pytest.approx(60 / limit, abs=0.001)
    later = AT + timedelta(seconds=left.next_in)
    assert use(database, jti, limit, later) is not None
    assert use(database, jti, limit, later) is None


def test_requests_at_once_are_all_counted(database: Database, jti: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda _: use(database, jti, 30, AT), range(60)))
    assert sum(each is not None for each in allowed) == 30


def test_a_request_that_is_counted_late_brings_no_others(database: Database, jti: str) -> None:
    """As when it waited for the database longer than those that came after it."""
    for _ in range(10):
        use(database, jti, 10, AT)
    assert use(database, jti, 10, AT - SECOND) is None


def test_a_clock_that_is_set_back_locks_nobody_out(database: Database, jti: str) -> None:
    for _ in range(10):
        use(database, jti, 10, AT + DAY / 2)
    back = use(database, jti, 10, AT)
    assert back is not None
    assert quota(back, 10, AT).remaining == 9


def test_the_last_use_is_written_once_a_minute(database: Database, jti: str) -> None:
    moments = [AT, AT + 59 * SECOND, AT + 60 * SECOND, AT + 61 * SECOND, AT + 122 * SECOND]
    rows = [use(database, jti, 600, at) for at in moments]
    assert [row and row.last_used_at for row in rows] == [AT, AT, AT, AT + 61 * SECOND, AT + 122 * SECOND]


def test_what_is_not_live_opens_nothing(database: Database, jti: str) -> None:
    revoked = save(database, name="revoked", revoked_at=AT)
    assert use(database, revoked, 60, AT) is None
    assert use(database, jti, 60, AT + DAY) is None
    assert use(database, jti, 60, AT + DAY - SECOND) is not None
    assert use(database, "0" * 32, 60, AT) is None
    assert find(database, "0" * 32) is None
    live = save(database, name="live", expires_at=now() + DAY)
    with database.session() as session:
        assert api_token.live_among(session, [live, revoked, "0" * 32]) == {live}


def test_tokens_that_ended_long_ago_are_not_listed_and_deleted_when_no_backup_can_revive_them(
    database: Database,
) -> None:
    at, old = now(), now() - KEEP - DAY
    save(database, name="live", expires_at=at + DAY)
    save(database, name="just-expired", expires_at=at - DAY)
    save(database, name="just-revoked", expires_at=at + DAY, revoked_at=at - DAY)
    expired = save(database, name="expired", expires_at=old)
    revoked = save(database, name="revoked", expires_at=at + DAY, revoked_at=old)
    api_token.prune(database)
    assert [row.name for row in api_token.all_of(database)] == ["just-expired", "just-revoked", "live"]
    assert (find(database, expired) is None, find(database, revoked) is None) == (True, False)


def test_what_is_revoked_stays_so_in_an_older_copy(database: Database, tmp_path: Path) -> None:
    migrate(url := f"sqlite:///{tmp_path / 'older.db'}")
    with closing(Database(url)) as copy:
        for name, revoked_at in (("live", None), ("revoked-since", AT), ("revoked-before", AT)):
            jti = save(database, name=name, revoked_at=revoked_at)
            save(copy, name=name, jti=jti, revoked_at=AT - DAY if name == "revoked-before" else None)
        save(copy, name="unknown-by-now")
        api_token.keep_revoked(database, copy)
        found = {row.name: row.revoked_at for row in api_token.all_of(copy)}
    assert found == {
        "live": None,
        "revoked-since": AT,
        "revoked-before": AT - DAY,
        "unknown-by-now": None,
    }
