"""Options become fields where a field says the same, and are kept as they are where none does."""

from __future__ import annotations

import pytest

from tests.pbx.adoption.texts import AOR, AUTH, ENDPOINT, PHONE, candidate, reason


def with_option(line: str) -> str:
    return ENDPOINT + line + "\n" + AUTH + AOR


def test_the_fields_are_those_of_the_sections() -> None:
    found = candidate(with_option('direct_media=no\ncallerid="Alice" <101>'))
    assert found.fields.pop("secret").get_secret_value() == "Alice123Pass"  # type: ignore[attr-defined]
    assert found.fields == {
        "name": "Alice",
        "context": "from-internal",
        "transport": "udp",
        "codecs": ["ulaw"],
        "max_contacts": 1,
        "direct_media": False,
        "qualify_frequency": 0,
    }
    assert found.options == {"aor": [("remove_existing", "no")]}
    assert "Alice123Pass" not in repr(found)


@pytest.mark.parametrize(
    ("lines", "codecs", "kept"),
    [
        ("allow=alaw", ["ulaw", "alaw"], []),
        ("allow=alaw,g722", ["ulaw", "alaw", "g722"], []),
        ("disallow=all\nallow=alaw", ["alaw"], []),
        ("disallow=ulaw\nallow=alaw", ["alaw"], []),
        ("allow=!ulaw,alaw", ["alaw"], []),
        ("allow=h264,alaw", ["ulaw", "alaw"], [("allow", "h264")]),
        ("allow=all", [], [("allow", "!all,ulaw"), ("allow", "all")]),
    ],
)
def test_codecs_are_resolved_as_asterisk_does(
    lines: str, codecs: list[str], kept: list[tuple[str, str]]
) -> None:
    found = candidate(with_option(lines))
    assert found.fields["codecs"] == codecs
    assert found.options.get("endpoint", []) == kept


@pytest.mark.parametrize(
    ("caller_id", "name", "is_kept"),
    [
        ('"Alice" <101>', "Alice", False),
        ("Alice <101>", "Alice", False),
        (r'"Al \"A\" Quill" <101>', 'Al "A" Quill', False),
        ('"Alice" <5551234>', "Alice", True),
        ("Alice", "Alice", True),
        ("<101>", "Extension 101", True),
        ('"" <101>', "Extension 101", True),
    ],
)
def test_a_caller_id_is_the_name_where_that_says_the_same(caller_id: str, name: str, is_kept: bool) -> None:
    found = candidate(with_option(f"callerid={caller_id}"))
    assert found.fields["name"] == name
    assert (("callerid", caller_id) in found.options.get("endpoint", [])) == is_kept
    assert not found.has_new_caller_id


def test_a_phone_without_a_caller_id_gets_one() -> None:
    found = candidate(PHONE)
    assert found.fields["name"] == "Extension 101"
    assert found.has_new_caller_id


@pytest.mark.parametrize(
    ("line", "protocol", "kept"),
    [
        ("transport=transport-udp", "udp", []),
        ("transport=transport-tcp", "tcp", []),
        ("transport=udp-2", "udp", [("transport", "udp-2")]),
        ("", "udp", [("transport", "")]),
    ],
)
def test_a_transport_that_no_field_can_name_stays(
    line: str, protocol: str, kept: list[tuple[str, str]]
) -> None:
    found = candidate(PHONE.replace("transport=transport-udp", line))
    assert found.fields["transport"] == protocol
    assert found.options.get("endpoint", []) == kept


def test_a_phone_in_a_browser_is_not_made_one_by_its_transport() -> None:
    transport = "[web]\ntype=transport\nprotocol=wss\n"
    phone = PHONE.replace("transport=transport-udp", "transport=web")
    assert candidate(transport + phone).options["endpoint"] == [("webrtc", "no")]
    with_webrtc = phone.replace("auth=101", "webrtc=yes\nauth=101")
    assert candidate(transport + with_webrtc).options["endpoint"] == [("webrtc", "yes")]


def test_options_without_a_field_are_kept_in_their_order_and_as_often() -> None:
    found = candidate(with_option("set_var=A=1\nset_var=B=2\nsubscribe_context=blf"))
    assert found.options["endpoint"] == [("set_var", "A=1"), ("set_var", "B=2"), ("subscribe_context", "blf")]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("max_contacts=1", "max_contacts=0", "lets no phone register"),
        ("max_contacts=1", "default_expiration=60", "lets no phone register"),
        ("context=from-internal", "context=general", "context 'general'"),
        ("username=101", "username=alice", "its phone does not log in as 101"),
        ("max_contacts=1", "max_contacts=1\nqualify_frequency=often", "qualify_frequency is no number"),
        ("max_contacts=1", "max_contacts=1\nmailboxes=a\tb", "control character"),
    ],
)
def test_what_switchhook_cannot_write_is_refused(old: str, new: str, words: str) -> None:
    assert words in reason(PHONE.replace(old, new))


def test_a_context_that_is_not_given_is_asterisks_own() -> None:
    assert candidate(PHONE.replace("context=from-internal\n", "")).fields["context"] == "default"
