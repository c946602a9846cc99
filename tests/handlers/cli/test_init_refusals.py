"""`flask init` does nothing by an `.env` that it cannot trust, nor by an Asterisk that it does not know."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.handlers.cli.test_init import ENV, GIVEN, everything, init
from tests.installation.scratch import scratch
from tests.ordinary_user import NOBODY


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("PJSIP_CONF=../cron.d/pjsip.conf", "PJSIP_CONF: needs a file in ASTERISK_CONFIG_DIR"),
        ("PJSIP_CONF=/etc/cron.d/pjsip.conf", "PJSIP_CONF: is a full path"),
        (r'PJSIP_CONF="switchhook/pjsip.conf\n#exec /tmp/evil"', "PJSIP_CONF: needs a file in"),
        (r'AMI_SECRET="aaaa\nwrite = all"', "AMI_SECRET: needs a secret of one line"),
        (r'AMI_USERNAME="x]\nsecret=evil\n[y"', "AMI_USERNAME: needs the name of a section"),
        ("PORT='8000;} location / { root /; }'", "PORT: needs a number from 1 to 65535"),
    ],
)
def test_a_value_of_env_that_would_forge_lines_is_refused(tmp_path: Path, line: str, said: str) -> None:
    tree = scratch(tmp_path, f"{line}\n")
    before = everything(tree)
    refused = init(tree, *GIVEN)
    assert refused.exit_code == 1
    assert f"nothing was changed, because first\n  - {ENV}: {said}" in refused.output
    assert "evil" not in refused.output
    assert everything(tree) == before


@pytest.mark.parametrize(("owner", "mode"), [(NOBODY, 0o640), (0, 0o660), (0, 0o646)])
def test_an_env_that_others_may_change_is_refused(tmp_path: Path, owner: int, mode: int) -> None:
    tree = scratch(tmp_path, "AMI_PORT=5038\n")
    if os.geteuid() == 0:
        os.chown(tree.at(ENV), owner, owner)
    elif owner:
        return
    tree.at(ENV).chmod(mode)
    refused = init(tree, *GIVEN)
    assert refused.exit_code == 1
    assert f"{ENV} may be changed by others than root" in refused.output
    assert f"{ENV} && chmod 640 {ENV}" in refused.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "--slack-bot-token-file names a file with nothing in it"),
        ("xoxb-1\nxoxb-2\n", "--slack-bot-token-file needs the Bot"),
        ("\ufeffxoxb-1\r\n", ""),
    ],
)
def test_a_file_with_a_secret_is_named_by_its_option(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "token").write_bytes(text.encode())
    result = init(scratch(tmp_path / "root"), *GIVEN, f"--slack-bot-token-file={tmp_path}/token")
    assert (result.exit_code, said in result.output) == (1 if said else 0, True)


def test_a_guess_that_cannot_be_is_refused_in_a_sentence(tmp_path: Path) -> None:
    transport = "[t]\ntype=transport\nprotocol=udp\nbind=not an address\n"
    result = init(scratch(tmp_path, pjsip_conf=transport), "--host=pbx.example.com", "--yes")
    assert (result.exit_code, "Error: --sip-domain needs" in result.output) == (1, True)
