"""Pure: what stands around the blocks: a conversation, a window, or the Home tab, and the page with all of them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

LIGHT, DARK = "light", "dark"
LOGO = (
    "data:image/svg+xml;base64,"
    + base64.b64encode(
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="6" fill="#4a154b"/>'
        b'<path d="M11 9c0 9 7 16 16 16v-4l-5-2-2 2c-2-1-4-3-5-5l2-2-2-5z" fill="#fff"/></svg>'
    ).decode()
)
# The last rules are what the renderer's own style lacks: line breaks, fonts, and room for it.
CSS = """
* { box-sizing: border-box; }
body { margin: 0; padding: 16px; font-family: sans-serif; font-size: 15px; line-height: 1.46; }
body.light { background: #fff; color: #1d1c1d; } body.dark { background: #1a1d21; color: #d1d2d3; }
.only { font-size: 13px; opacity: .7; margin: 4px 0 2px 44px; }
.typed { display: flex; gap: 8px; margin-bottom: 12px; } .typed i { flex: none; width: 36px; height: 36px; border-radius: 6px;
  background: #1264a3; color: #fff; font: 700 16px/36px sans-serif; text-align: center; }
.typed b { font-weight: 900; } .typed time { font-size: 12px; opacity: .7; margin-left: 5px; }
.window { border: 1px solid #8886; border-radius: 10px; max-width: 520px; margin: auto; overflow: hidden; }
.window header, .window footer { padding: 14px 20px; display: flex; align-items: center; gap: 8px; }
.window header b { font-size: 20px; font-weight: 900; flex: 1; } .window main { padding: 0 20px 8px; }
.window footer { justify-content: flex-end; border-top: 1px solid #8886; }
.window button, .window .close { border: 1px solid #8886; border-radius: 4px; padding: 6px 14px; font: 700 15px sans-serif;
  background: none; color: inherit; }
.window button.submit { background: #007a5a; border-color: #007a5a; color: #fff; }
.home nav { display: flex; gap: 18px; border-bottom: 1px solid #8886; margin-bottom: 12px; padding-bottom: 8px; opacity: .8; }
.home nav b { font-weight: 900; }
#slack_blocks_to_jsx .slack_blocks_to_jsx { font-family: sans-serif !important; max-width: 100%; }
#slack_blocks_to_jsx { margin-bottom: 12px; }
#slack_blocks_to_jsx p, #slack_blocks_to_jsx pre { white-space: pre-wrap; overflow-wrap: anywhere; }
#slack_blocks_to_jsx button p { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 300px; }
#slack_blocks_to_jsx code { display: inline; overflow-wrap: anywhere; }
#slack_blocks_to_jsx img { max-width: 100%; }
"""


def page(inside: str, theme: str, style: str) -> str:
    """Return the whole document; `style`: the renderer's own."""
    return (
        f'<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>{style}{CSS}</style>'
        f'<body class="{theme}">{inside}</body>'
    )


def only_you(message: str) -> str:
    return f'<div class="only">👁 Only visible to you</div>{message}'


def typed(name: str, text: str, at: str) -> str:
    """Return what a person types."""
    return (
        f'<div class="typed"><i>{escape(name[0])}</i><div><b>{escape(name)}</b><time>{escape(at)}</time>'
        f"<div>{escape(text)}</div></div></div>"
    )


def window(title: str, blocks: str, close: str, submit: str | None) -> str:
    last = f'<button class="submit">{escape(submit)}</button>' if submit else ""
    return (
        f'<div class="window"><header><b>{escape(title)}</b><span class="close">✕</span></header><main>{blocks}</main>'
        f"<footer><button>{escape(close)}</button>{last}</footer></div>"
    )


def home(blocks: str) -> str:
    return f'<div class="home"><nav><b>Home</b><span>Messages</span><span>About</span></nav>{blocks}</div>'


def index(titles: Sequence[str], pictures: Sequence[str]) -> str:
    """Return a page with every picture: a row for each title, with `title.variant.png` for each of `pictures`."""
    rows = "".join(
        f"<h2>{escape(title)}</h2><div>"
        + "".join(
            f'<a href="{escape(title)}.{each}.png"><img src="{escape(title)}.{each}.png" loading="lazy" title="{each}"></a>'
            for each in pictures
        )
        + "</div>"
        for title in titles
    )
    css = "body{font-family:sans-serif;background:#999}h2{font-size:15px}div{display:flex;gap:8px;align-items:start}img{max-width:100%}"
    return (
        f'<!doctype html><meta charset="utf-8"><title>Switchhook in Slack</title><style>{css}</style>{rows}'
    )
