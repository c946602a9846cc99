"""The use cases of tokens: create, list, revoke. Each change is in the audit trail."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from pydantic import SecretStr, ValidationError
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from handlers.api.signing import TokenSigner
from models import api_token, audit
from models.actor import MAX_ACTOR_LENGTH, Actor
from models.api_token import ApiToken, Scope
from models.types import now
from pbx.errors import NotFound, Refusal
from pbx.services import Services


def create(
    services: Services, name: str, scopes: Collection[Scope], days: int, *, by: Actor
) -> tuple[ApiToken, SecretStr]:
    """Save a token and return it with its text, which nothing shows again. Raises Refusal for a name that is none or taken."""
    signer, at = TokenSigner(services.settings.secret_key), now().replace(microsecond=0)
    row = ApiToken(
        name=_checked(name),
        scope=" ".join(scope for scope in Scope if scope in scopes),
        key_id=signer.key_id,
        created_at=at,
        created_by=str(by)[:MAX_ACTOR_LENGTH],
        expires_at=at + timedelta(days=days),
    )
    taken = Refusal(
        f"there is a token {name} already: choose another name, or first flask token revoke {name}"
    )
    try:
        with services.database.session() as session:
            if old := _not_revoked(session, name):
                if old.expires_at > at:
                    raise taken
                old.revoked_at = old.expires_at  # its name is free
                session.add(old)
                session.flush()
            session.add(row)
            audit.record(session, by, f"created the API token {name} ({_scope_and_end(row)})")
    except IntegrityError:
        raise taken from None
    return row, signer.sign(row)


def _checked(name: str) -> str:
    try:
        return api_token.token_name.validate_python(name)
    except ValidationError as error:
        raise Refusal(error.errors()[0]["msg"].removeprefix("Value error, ")) from None


def _scope_and_end(row: ApiToken) -> str:
    return f"{row.scope.replace(' ', ', ')}; until {row.expires_at:%Y-%m-%d}"


def revoke(services: Services, name: str, *, by: Actor) -> None:
    """Revoke it, in every process from the next request on. Raises NotFound."""
    with services.database.session() as session:
        row = _not_revoked(session, name)
        if row is None:
            raise NotFound(f"there is no token {name!r} to revoke: flask token list shows all")
        row.revoked_at = now()
        session.add(row)
        audit.record(session, by, f"revoked the API token {name}")


def _not_revoked(session: Session, name: str) -> ApiToken | None:
    this = ApiToken.name == name, col(ApiToken.revoked_at).is_(None)
    return session.exec(select(ApiToken).where(*this)).one_or_none()
