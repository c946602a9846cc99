// Say it below the page, with a way out if there is one, until it is not so any more. `why`: a word for it.
export function sayBelow(why, sentence, way = "", address = "") {
  const place = document.getElementById("below");
  if (place.dataset.why === why) return;
  const said = document.createElement("p");
  said.className = "notice warning";
  said.textContent = sentence;
  if (way) said.append(" ", Object.assign(document.createElement("a"), {textContent: way, href: address, target: "_blank"}));
  place.dataset.why = why;
  place.replaceChildren(said);
}

export function isNoMore(...reasons) {
  const place = document.getElementById("below");
  if (!reasons.includes(place.dataset.why)) return;
  delete place.dataset.why;
  place.replaceChildren();
}
