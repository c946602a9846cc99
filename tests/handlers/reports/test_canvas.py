from __future__ import annotations

from handlers.reports.canvas import Canvas


def test_a_box_keeps_its_outline_within_and_is_never_invisible() -> None:
    canvas = Canvas("it", 100, 50)
    canvas.box("missed", 10, 20, 30, 0.2)
    canvas.box("answered", 10, 20, 30, 0.2)
    outlined, filled = canvas.root
    assert [outlined.get(each) for each in ("x", "y", "width", "height")] == ["10.5", "20.5", "29", "1"]
    assert [filled.get(each) for each in ("x", "y", "width", "height")] == ["10", "20", "30", "1"]
    assert (outlined.get("fill"), filled.get("fill")) == ("url(#it-missed)", "#1264a3")


def test_only_with_a_margin_there_is_a_ground() -> None:
    grounds = []
    for margin in (0, 20):
        canvas = Canvas("it", 100, 50, margin)
        canvas.describe("A title", "Words")
        grounds.append([each.get("x") for each in canvas.root if each.get("class") == "ground"])
    assert grounds == [[], ["-20"]]


def test_a_path_goes_through_its_points() -> None:
    canvas = Canvas("it", 100, 50)
    canvas.path("phones", [(0, 1), (2.5, 3)])
    assert canvas.root[0].get("d") == "M0 1 L2.5 3"
