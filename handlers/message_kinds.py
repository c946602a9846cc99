"""Every kind of message that the outbox may hold, and how a row is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.alerts.call_messages import CallMessage, MissedCall
from handlers.alerts.channel_messages import ChannelBroken, GroupGone, UploadRefused
from handlers.alerts.drift_messages import DriftFound
from handlers.alerts.gap_messages import MissedWhileAway, RecordsMissing, WhileAway
from handlers.alerts.incident_messages import IncidentOpened, IncidentResolved
from handlers.alerts.login_messages import AddressAttack, LoginFlood
from handlers.alerts.phone_messages import Flapping, FlappingEnded, RegistrationBurst
from handlers.alerts.put_back_messages import Settling
from handlers.calls.messages import CallAsked
from handlers.onboarding import provisioning
from handlers.onboarding.admin_messages import (
    DetailsNeeded,
    HrUnresponsive,
    NoSlackAccount,
    PhoneNotWorking,
    RecreatedByHand,
    WelcomeWithheld,
)
from handlers.onboarding.delivery_messages import DeliveryAnswered, DeliveryFailed, OwnerUnclear
from handlers.onboarding.messages import Welcome
from handlers.oncall.messages import StatusDisconnected
from handlers.owner_messages import OwnerNews
from handlers.reports import sending
from handlers.reports.messages import ReportInWords, ReportPicture
from handlers.slack import late_reading
from handlers.slack.late_answers import LateAnswer
from handlers.slack.message_content import MessageContent
from handlers.steps.messages import StepAsked, StepUntold
from handlers.voicemail import recordings
from handlers.voicemail.messages import VoicemailReceived, VoicemailRecording, VoicemailWithoutOwner
from pbx.services import Services

KINDS: dict[str, type[MessageContent]] = {
    each.kind: each
    for each in (
        CallMessage,
        MissedCall,
        WhileAway,
        MissedWhileAway,
        RecordsMissing,
        CallAsked,
        RegistrationBurst,
        Flapping,
        FlappingEnded,
        AddressAttack,
        LoginFlood,
        IncidentOpened,
        IncidentResolved,
        Settling,
        DriftFound,
        ChannelBroken,
        GroupGone,
        UploadRefused,
        Welcome,
        NoSlackAccount,
        PhoneNotWorking,
        RecreatedByHand,
        WelcomeWithheld,
        DeliveryFailed,
        OwnerUnclear,
        DeliveryAnswered,
        HrUnresponsive,
        DetailsNeeded,
        VoicemailReceived,
        VoicemailRecording,
        VoicemailWithoutOwner,
        StepAsked,
        StepUntold,
        StatusDisconnected,
        OwnerNews,
        ReportInWords,
        ReportPicture,
        LateAnswer,
    )
}


def read(content: dict[str, Any]) -> MessageContent:
    """Return a row's content as its kind. Raises ValueError: the kind is unknown, or its fields do not fit."""
    kind = KINDS.get(str(content.get("kind")))
    if kind is None:
        raise ValueError("unknown kind of message")
    return kind.model_validate(content)


def reader(services: Services) -> Callable[[dict[str, Any]], MessageContent]:
    """Return read() for the poster: it also gives what is never stored there: a welcome its link, a recording its audio, a report its
    picture, a late answer what it says.

    The function raises NotReady while a recording cannot be read.
    """

    settings = services.settings

    def read_to_post(content: dict[str, Any]) -> MessageContent:
        message = read(content)
        if isinstance(message, Welcome) and message.ticket:
            return message.model_copy(update={"link": provisioning.link(settings, message.ticket)})
        if isinstance(message, VoicemailRecording):
            return recordings.with_audio(message, settings)
        if isinstance(message, ReportPicture):
            return sending.with_picture(message)
        if isinstance(message, LateAnswer):
            return late_reading.with_answer(message, services)
        return message

    return read_to_post
