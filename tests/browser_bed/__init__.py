"""A real headless Chromium for tests and pictures: no root, no window, and nothing kept of it."""

from tests.browser_bed.browser import Browser, Page

__all__ = ["Browser", "Page"]
