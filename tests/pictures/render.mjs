// Reads [{id, blocks, theme, message}] from standard input, and writes {id: HTML} to standard output.
// What the renderer does otherwise than Slack is made up for here, around it: see README.md.
import { json } from "node:stream/consumers";
import React from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message } from "slack-blocks-to-jsx";

const { surfaces, users, channels } = await json(process.stdin);

// Characters that stand for themselves in Slack and mean something to the renderer (or, as entities, that it reads too
// early): they pass it as characters of a private area of Unicode.
const OWN = ["&", "<", ">", "[", "]", "\\", "#", "|", "!", "(", ")", "-", "+", ".", "=", "$", "@"];
const MARKUP = ["*", "_", "~", "`", ":"];
const ALL = [...OWN, ...MARKUP];
const hide = (text, characters) =>
  [...text].map((each) => (characters.includes(each) ? String.fromCharCode(0xe000 + ALL.indexOf(each)) : each)).join("");
const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const show = (html) =>
  html.replace(/[\ue000-\ue0ff]/g, (each) => {
    const character = ALL[each.charCodeAt(0) - 0xe000];
    return character === undefined ? each : ESCAPED[character] ?? character;
  });
const decode = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

// Of mrkdwn, what stands in <…> is Slack's own; only the words of a link are not.
function mrkdwn(text) {
  const parts = text.split(/(<[^<>]*>)/);
  const hidden = parts.map((part, at) => (at % 2 ? link(part) : hide(clocks(decode(part)), OWN)));
  return hidden.join("");
}

// The renderer takes 12:45:00 for an emoji.
function clocks(text) {
  return text.split(/(:[a-z][a-z0-9_+-]*:)/).map((part, at) => (at % 2 ? part : hide(part, [":"]))).join("");
}

function link(part) {
  const [, address, words] = part.match(/^<(https?:[^|]*)\|(.*)>$/s) ?? [];
  return address ? `<${address}|${hide(decode(words), ALL)}>` : part;
}

// Every text object of a block, wherever it is in it; the words of rich text are plain, too.
function prepared(part) {
  if (Array.isArray(part)) return part.map(prepared);
  if (part === null || typeof part !== "object") return part;
  if (part.type === "mrkdwn") return { type: "mrkdwn", text: mrkdwn(part.text) };
  if (part.type === "plain_text") return { ...part, text: hide(part.text, ALL) };
  if (part.type === "text" && typeof part.text === "string") return { ...part, text: hide(part.text, ALL) };
  if (part.type === "input" && part.optional) return prepared({ ...part, optional: false, label: optional(part.label) });
  if (part.placeholder || chosen(part)) part = { ...part, placeholder: chosen(part) ?? part.placeholder };
  // The renderer draws a text field of one line as one of many.
  if (part.type === "plain_text_input" && !part.multiline) return prepared({ ...part, type: "url_text_input" });
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, prepared(value)]));
}

const optional = (label) => ({ ...label, text: `${label.text} (optional)` });

// What is chosen in a menu from the beginning, the renderer shows only in a browser; here it stands where the hint does.
function chosen(part) {
  const name = users.find((each) => each.id === part.initial_user)?.name;
  const text = part.initial_option && part.type?.endsWith("_select") ? part.initial_option.text.text : name;
  return text ? { type: "plain_text", text } : undefined;
}

function html({ blocks, theme, message }) {
  const properties = {
    blocks: prepared(blocks),
    theme,
    name: "Switchhook",
    logo: message?.logo ?? "",
    time: new Date(message?.time ?? 0),
    withoutWrapper: !message,
    data: { users, channels, user_groups: [] },
  };
  return show(renderToStaticMarkup(React.createElement(Message, properties)));
}

process.stdout.write(JSON.stringify(Object.fromEntries(surfaces.map((each) => [each.id, html(each)]))));
