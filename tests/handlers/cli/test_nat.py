"""`flask ext nat …`"""

from __future__ import annotations

from tests.server import Switchhook


def test_nat_is_set_shown_and_cleared(switchhook: Switchhook) -> None:
    done = switchhook.flask("ext", "nat", "set", "--media=203.0.113.7", "--local=192.168.1.0/24,10.0.0.0/8")
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0)
    assert "✅ NAT is set. External address 203.0.113.7" in done.stdout
    assert "Changed: media 203.0.113.7; local 192.168.1.0/24, 10.0.0.0/8." in done.stdout
    shown = switchhook.flask("ext", "nat", "show")
    assert shown.stdout.startswith("External address 203.0.113.7 for voice and signaling")
    assert "✅ NAT is cleared." in switchhook.flask("ext", "nat", "clear").stdout
    assert "flask ext nat set --media=" in switchhook.flask("ext", "nat", "show").stdout


def test_a_refusal_is_one_sentence(switchhook: Switchhook) -> None:
    done = switchhook.flask("ext", "nat", "set", "--local=192.168.1.5/24")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: local: 192.168.1.5/24 is an address in the network 192.168.1.0/24")
