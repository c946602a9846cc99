"""A whole installation as docs/install-by-hand.md describes it, real in every part but Slack's servers."""

from tests.installation.installation import Answer, Installation

__all__ = ["Answer", "Installation"]
