"""Slack fetches the pictures of a message when it is posted, and shows its own copy."""

import requests

from .records import Json, SlackRefusal

FETCH_SECONDS = 5.0
KINDS = ("image/png", "image/jpeg", "image/gif")


def check_images(blocks: list[Json]) -> None:
    """Raises SlackRefusal `invalid_blocks` when one cannot be fetched."""
    for index, block in enumerate(blocks):
        if block.get("type") == "image" and not _is_image(str(block.get("image_url") or "")):
            raise SlackRefusal(
                "invalid_blocks", [f"downloading image failed [json-pointer:/blocks/{index}/image_url]"]
            )


def _is_image(url: str) -> bool:
    try:
        answer = requests.get(url, timeout=FETCH_SECONDS)
    except requests.RequestException:
        return False
    return answer.ok and answer.headers.get("Content-Type") in KINDS
