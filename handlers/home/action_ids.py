"""Pure: what a Home's buttons and inputs are called when Slack sends them back."""

from __future__ import annotations

PAGE = "home_page_"  # continued by the direction
SEARCH = "home_search"
REFRESH = "home_refresh"
