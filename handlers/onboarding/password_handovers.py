"""`/ext create 101 Bob @bob`: Bob is welcomed with the way to the password, once the extension is live, and nobody else sees it.

The row is written in the transaction that makes the extension; what was not sent then, because it is not live or the process
ended, is sent by the listener's job.
"""

from __future__ import annotations

from sqlmodel import Session, col, select, update

from handlers.onboarding import provisioning
from handlers.onboarding.messages import Welcome
from models import outbox
from models.extension import Extension, State
from models.password_handover import PasswordHandover, holder_on_page
from models.types import now
from pbx.services import Services
from settings import Settings


def begin(session: Session, extension: Extension) -> None:
    """Note that the extension's Slack user is to get its password."""
    session.add(PasswordHandover(extension_id=extension.id or 0, slack_user_id=extension.slack_user_id or ""))


def on_page(session: Session, extension: Extension) -> PasswordHandover:
    """Return the handover by which a phone can set itself up once, for who is shown the password on the page.

    It is its owner's, and ends with another; without one, it is that of all admins.
    """
    whose = holder_on_page(extension.slack_user_id)
    unseen = (
        PasswordHandover.extension_id == extension.id,
        PasswordHandover.slack_user_id == whose,
        col(PasswordHandover.secret_shown_at).is_(None),
    )
    found = session.exec(select(PasswordHandover).where(*unseen)).first()
    if found is None:
        found = PasswordHandover(extension_id=extension.id or 0, slack_user_id=whose, sent_at=now())
        session.add(found)
        session.flush()
    return found


def send_due(services: Services) -> int:
    """Enqueue the welcomes of all whose extensions are live, and return how many. Whose it is no more is dropped."""
    waiting = (
        select(PasswordHandover, Extension)
        .join(Extension, col(Extension.id) == col(PasswordHandover.extension_id))
        .where(col(PasswordHandover.sent_at).is_(None), Extension.state == State.LIVE, col(Extension.enabled))
    )
    with services.database.session() as session:
        return sum(_send(session, services.settings, *pair) for pair in session.exec(waiting).all())


def _send(session: Session, settings: Settings, handover: PasswordHandover, extension: Extension) -> bool:
    """Return whether it is enqueued now: another process may do the same."""
    if extension.slack_user_id != handover.slack_user_id:
        session.delete(handover)
        return False
    unsent = col(PasswordHandover.id) == handover.id, col(PasswordHandover.sent_at).is_(None)
    if not session.exec(update(PasswordHandover).where(*unsent).values(sent_at=now())).rowcount:
        return False
    content = Welcome(
        handover=handover.id,
        name=extension.name,
        number=extension.number,
        server=settings.sip_domain,
        ticket=provisioning.ticket_for(settings, handover, extension),
    )
    outbox.enqueue(session, handover.slack_user_id, f"handover:{handover.id}", content.as_json(), open=False)
    return True
