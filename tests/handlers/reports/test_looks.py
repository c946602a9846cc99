from __future__ import annotations

from handlers.reports import svg
from handlers.reports.looks import BACKGROUND, LOOKS, define_patterns


def luminance(colour: str) -> float:
    """By the definition of WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_texts_and_bars_are_seen_on_white() -> None:
    assert all(contrast(LOOKS[name].fill, BACKGROUND) >= 4.5 for name in ("ink", "dim"))
    assert all(
        contrast(LOOKS[name].stroke or LOOKS[name].fill, BACKGROUND) >= 3
        for name in ("answered", "missed", "unreached", "phones")
    )


def test_what_has_a_pattern_finds_it() -> None:
    picture = svg.root((0, 0, 1, 1))
    define_patterns(picture, "it")
    ids = {each.get("id") for each in picture.iter() if each.get("id")}
    assert ids == {f"it-{look.name}" for look in LOOKS.values() if look.pattern}
