"""`flask publish --dry-run`: what would be written is shown, and exits as diff does."""

from __future__ import annotations

from pathlib import Path

from tests.server import Switchhook


def test_publish_dry_run_exits_as_diff_does(switchhook: Switchhook) -> None:
    nothing = switchhook.flask("publish", "--dry-run")
    assert (nothing.returncode, nothing.stdout) == (0, "There is nothing to do.\n")
    switchhook.flask("ext", "create", "101", "--name=Alice", "--secret=SecurePass123")
    assert switchhook.flask("publish", "--dry-run").returncode == 0
    path = Path(switchhook.environment["ASTERISK_CONFIG_DIR"]) / "pjsip.conf"
    text = path.read_text()
    path.write_text(text.replace("max_contacts=1", "max_contacts=2"))
    changes = switchhook.flask("publish", "--dry-run")
    assert changes.returncode == 1
    assert f"--- {path}\n+++ {path} (as publish would write it)\n" in changes.stdout
    assert "-max_contacts=2\n+max_contacts=1\n" in changes.stdout
    assert "0 would go\n1 would be changed: 101\n0 would come\n" in changes.stdout
    assert "Asterisk would reload res_pjsip.\nNothing was changed.\n" in changes.stdout
    assert "SecurePass123" not in changes.stdout
    path.write_text(text.replace("; <<< Switchhook", "[mine]\ntype=aor\n; <<< Switchhook"))
    trouble = switchhook.flask("publish", "--dry-run")
    assert trouble.returncode == 2
    assert "move these lines out of there" in trouble.stderr
    path.write_text(text)
