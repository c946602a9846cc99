"""Which sections are a phone's, and which of them are its alone."""

from __future__ import annotations

import pytest

from pbx.adoption.candidates import Refused
from tests.pbx.adoption.texts import (
    AOR,
    AUTH,
    ENDPOINT,
    PHONE,
    WIZARD,
    candidate,
    commented,
    find,
    reason,
)


def test_all_lines_of_its_sections_are_commented_out_and_no_others() -> None:
    text = f"; Alice\n{ENDPOINT}\n; her password\n{AUTH}{AOR}\n#tryinclude more.conf\n; the end\n"
    assert commented(candidate(text), text) == PHONE.strip().split("\n")


def test_options_of_templates_count_and_templates_stay() -> None:
    text = (
        f"[phone](!)\ntype=endpoint\nallow=!all,alaw\naors=x\n[101](phone)\naors=101\nauth=101\n{AUTH}{AOR}"
    )
    found = candidate(text)
    assert found.fields["codecs"] == ["alaw"]
    assert commented(found, text)[:3] == ["[101](phone)", "aors=101", "auth=101"]


def test_what_is_added_later_goes_along() -> None:
    text = f"{PHONE}[door]\ntype=acl\n[101](+)\nmailboxes=101\n"
    found = candidate(text)
    assert ("mailboxes", "101") in found.options["endpoint"]
    assert commented(found, text)[-2:] == ["[101](+)", "mailboxes=101"]


def test_an_auth_of_another_name_goes_along() -> None:
    text = ENDPOINT.replace("auth=101", "auth=alice") + AUTH.replace("[101]", "[alice]") + AOR
    found = candidate(text)
    assert "[alice]" in commented(found, text)
    assert found.stays == ()


def test_an_auth_that_others_use_stays() -> None:
    shared = ENDPOINT.replace("auth=101", "auth=all") + AUTH.replace("[101]", "[all]") + AOR
    other = "[102]\ntype=endpoint\nauth=all\naors=102\n[102]\ntype=aor\nmax_contacts=1\n"
    found = candidate(shared + other)
    assert "[all]" not in commented(found, shared + other)
    assert "[all]" in found.stays[0]
    assert "which others use, too" in found.stays[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PHONE.replace("auth=101\n", ""), "looks like a trunk"),
        (PHONE.replace("auth=101\n", "auth=101\noutbound_auth=101\n"), "it logs in elsewhere"),
        (PHONE + "[x]\ntype=identify\nendpoint=101\nmatch=192.0.2.1\n", "[x] at pjsip.conf"),
        (PHONE + "[x]\ntype=registration\noutbound_auth=101\n", "type=registration"),
    ],
)
def test_a_trunk_is_told_from_a_phone(text: str, words: str) -> None:
    found = find(text)["101"]
    assert isinstance(found, Refused)
    assert found.is_trunk
    assert words in found.reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PHONE.replace("auth=101", "auth=101,102"), "several auths"),
        (PHONE.replace("aors=101", "aors=alice"), "do not register at the AOR 101"),
        (PHONE.replace("aors=101\n", ""), "do not register at the AOR 101"),
        (ENDPOINT + AUTH, "no [101] with type=aor"),
        (ENDPOINT + AOR, "no [101] with type=auth"),
        (PHONE.replace("username", "auth_type=md5\nusername"), "auth_type= at pjsip.conf"),
        (PHONE.replace("username", "auth_type=digest\nusername"), "not written in clear"),
        (PHONE.replace("password=Alice123Pass\n", ""), "it has no password"),
        (PHONE + "[102](101)\n", "other sections take their options from it"),
        (PHONE.replace("auth=101", "auth=101 ;-- why\n--;"), "begins or ends a comment of several lines"),
        (";switchhook-adopted 101; [101]\n" + PHONE, "still commented out"),
    ],
)
def test_what_cannot_be_taken_over_faithfully_is_refused(text: str, words: str) -> None:
    assert words in reason(text)


@pytest.mark.parametrize(
    ("old", "new", "option"),
    [
        ("auth=101", "auth=hush4711", "auth="),
        ("auth=101", "auth=101,hush4711", "auth="),
        ("aors=101", "aors=hush4711", "aors="),
        ("username=101", "username=hush4711", "username="),
        ("username=101", "auth_type=hush4711", "auth_type="),
    ],
)
def test_a_password_that_slipped_into_another_line_is_not_told(old: str, new: str, option: str) -> None:
    said = reason(PHONE.replace(old, new))
    assert option in said
    assert " at pjsip.conf:" in said
    assert "hush" not in said


def test_a_step_of_a_wizards_hint_is_named() -> None:
    said = reason(wizard=WIZARD + "has_hint=yes\nhint_exten=101\nhint_application=Gosub(std,s,1(101))\n")
    assert "comes with a step of yours (hint_application)" in said
    assert "would be 101@" not in said


def test_a_wizards_username_is_not_told_either() -> None:
    said = reason(wizard=WIZARD + "inbound_auth/username=hush4711\n")
    assert "inbound_auth/username= at pjsip_wizard.conf:9" in said
    assert "hush" not in said


def test_a_name_that_is_no_number_is_refused() -> None:
    found = find(PHONE.replace("101", "alice"))["alice"]
    assert isinstance(found, Refused)
    assert "no number" in found.reason


def test_a_wizards_phone_is_taken_over() -> None:
    wizard = WIZARD + "transport=transport-tcp\nhas_hint=yes\nhint_exten=101\nhint_context=from-internal\n"
    found = candidate(wizard=wizard)
    assert (found.fields["transport"], found.fields["codecs"]) == ("tcp", ["ulaw"])
    assert commented(found, wizard, "pjsip_wizard.conf") == wizard.strip().split("\n")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("accepts_auth=yes", "accepts_auth=no", "accepts_auth is not yes"),
        ("accepts_registrations=yes", "remote_hosts=192.0.2.1", "it has remote_hosts="),
        ("accepts_auth=yes", "accepts_auth=yes\nsends_registrations=yes", "it has sends_registrations="),
        ("inbound_auth/password=Alice123Pass\n", "", "password is not written in clear"),
        ("accepts_auth=yes", "accepts_auth=yes\nhas_hint=yes\nhint_context=blf", "its hint at"),
    ],
)
def test_what_a_wizard_makes_besides_is_refused(old: str, new: str, words: str) -> None:
    assert words in reason(wizard=WIZARD.replace(old, new))


def test_a_phone_of_both_files_is_refused() -> None:
    assert "both have it" in reason(PHONE, wizard=WIZARD)
