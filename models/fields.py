"""Pure: an extension's fields, each named once; field_rules.py has what people may type for them.

To add a field: docs/architecture.md, “Recipe: a field of an extension”.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    SecretStr,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from models.field_rules import (
    CALLER_ID,
    EMAIL,
    NAME,
    NOTES,
    SECRET,
    SLACK_USER_ID,
    SOME_CODECS,
    TRANSPORT,
    Context,
    FieldRule,
    Number,
    Transport,
    between,
    yes_or_no,
)

OptionSection = Literal["endpoint", "aor"]  # of pjsip.conf, by type
SECTIONS: tuple[OptionSection, ...] = get_args(OptionSection)
DEFAULT_CONTEXT = "from-internal"


@dataclass(frozen=True)
class PjsipOption:
    """A field that is an option of pjsip.conf by the same name."""

    section: OptionSection


class EndpointFields(BaseModel):
    """The fields that reach Asterisk, each named here once; rules are for what people type (see Changes)."""

    model_config = ConfigDict(hide_input_in_errors=True)

    name: Annotated[str, NAME] = ""
    secret: Annotated[SecretStr, SECRET] = SecretStr("")
    enabled: Annotated[bool, yes_or_no("enabled")] = True
    context: Context = DEFAULT_CONTEXT
    transport: Annotated[Transport, TRANSPORT] = "udp"
    codecs: Annotated[list[str], SOME_CODECS] = ["ulaw", "alaw", "g722"]
    max_contacts: Annotated[int, between(1, 100, "max_contacts")] = 1
    qualify_frequency: Annotated[
        int, between(0, 3600, "qualify_frequency (in seconds)"), PjsipOption("aor")
    ] = 60
    direct_media: Annotated[bool, yes_or_no("direct_media"), PjsipOption("endpoint")] = False
    voicemail_enabled: Annotated[bool, yes_or_no("voicemail_enabled")] = False
    caller_id: Annotated[str | None, CALLER_ID] = None


def default_of(name: str) -> Any:
    return EndpointFields.model_fields[name].get_default()


def pjsip_options(section: OptionSection) -> list[str]:
    """Return the fields that are options of this section by the same name, with nothing more to them."""
    fields = EndpointFields.model_fields.items()
    return [name for name, field in fields if PjsipOption(section) in field.metadata]


class Changes(EndpointFields):
    """Any of an extension's fields; those not given stay as they are."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[str | None, EMAIL] = None
    slack_user_id: Annotated[str | None, SLACK_USER_ID] = None
    notes: Annotated[str | None, NOTES] = None

    @field_validator("*", mode="wrap")
    @classmethod
    def _follow_rules(cls, value: Any, parse: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        for rule in cls.model_fields[str(info.field_name)].metadata:
            if isinstance(rule, FieldRule):
                return rule.check(parse(rule.prepare(value)))
        return parse(value)

    def given(self) -> dict[str, Any]:
        """Return the fields that somebody gave, by name; the secret stays a SecretStr."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class NewExtension(Changes):
    """What `create` needs; without a number the next free one is taken, without a secret one is made."""

    number: Number | None = None
    name: Annotated[str, NAME]
