"use strict";
const rows = [...document.querySelectorAll("#facts tbody tr")];
const marks = new Map();
for (const mark of document.querySelectorAll("mark")) {
  for (const fact of mark.dataset.facts.split(" ")) {
    if (!marks.has(fact)) marks.set(fact, []);
    marks.get(fact).push(mark);
  }
}
const byFact = new Map(rows.map((row) => [row.dataset.fact, row]));
const links = document.getElementById("links");
const panel = document.getElementById("text");
const shown = document.getElementById("shown");
let current = null;

function place(element) {
  const box = element.getClientRects()[0] || element.getBoundingClientRect();
  const frame = panel.getBoundingClientRect();
  return [box.left - frame.left + panel.scrollLeft + box.width / 2, box.top - frame.top + panel.scrollTop, box.height];
}

function draw(fact) {
  links.replaceChildren();
  links.setAttribute("width", panel.scrollWidth);
  links.setAttribute("height", panel.scrollHeight);
  const own = marks.get(fact) || [];
  const value = own.find((mark) => mark.classList.contains("value") && mark.dataset.value === fact);
  if (!value) return;
  const [x, y] = place(value);
  for (const mark of own) {
    if (mark === value) continue;
    const [left, top, height] = place(mark);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const same = Math.abs(top - y) < height;
    const from = same || top < y ? y : y + height;
    const to = same ? top : top < y ? top + height : top;
    const bend = same ? -0.9 * height : (to - from) / 2;
    path.setAttribute("d", `M${x},${from} C${x},${from + bend} ${left},${to - (same ? -bend : bend)} ${left},${to}`);
    links.append(path);
  }
}

function light(fact, on) {
  for (const mark of marks.get(fact) || []) mark.classList.toggle("on", on);
  byFact.get(fact).classList.toggle("on", on);
}

function show(fact, where) {
  if (current !== null && current !== fact) light(current, false);
  if (current !== fact) { current = fact; light(fact, true); draw(fact); }
  const value = (marks.get(fact) || []).find((mark) => mark.dataset.value === fact);
  if (where === "text" && value) value.scrollIntoView({ block: "center" });
  if (where === "table") byFact.get(fact).scrollIntoView({ block: "nearest" });
}

for (const row of rows) {
  row.addEventListener("mouseenter", () => show(row.dataset.fact));
  row.addEventListener("focus", () => show(row.dataset.fact, "text"));
  row.addEventListener("click", () => show(row.dataset.fact, "text"));
  row.addEventListener("keydown", (event) => {
    const visible = rows.filter((other) => !other.hidden).sort((a, b) => a.rowIndex - b.rowIndex);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step && visible[visible.indexOf(row) + step];
    if (next) { event.preventDefault(); next.focus(); }
    if (event.key === "Enter") (marks.get(row.dataset.fact) || []).find((mark) => mark.dataset.value)?.focus();
  });
}
for (const mark of document.querySelectorAll("mark[data-value]")) {
  mark.addEventListener("mouseenter", () => show(mark.dataset.value));
  mark.addEventListener("click", () => show(mark.dataset.value, "table"));
  mark.addEventListener("focus", () => show(mark.dataset.value, "table"));
  mark.addEventListener("keydown", (event) => { if (event.key === "Enter") byFact.get(mark.dataset.value).focus(); });
}
addEventListener("resize", () => { head(); if (current !== null) draw(current); });

const form = document.querySelector("form");
function filter() {
  const section = form.section.value, comparison = form.comparison.value, least = Number(form.confidence.value);
  const words = form.words.value.toLowerCase();
  let count = 0;
  for (const row of rows) {
    const data = row.dataset;
    row.hidden = (section && data.section !== section) || (comparison && data.comparison !== comparison)
      || Number(data.confidence) < least || (words && !row.textContent.toLowerCase().includes(words));
    count += !row.hidden;
  }
  shown.textContent = `${count}/${rows.length}`;
  form.querySelector("output").textContent = least.toFixed(2);
}
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());

for (const button of document.querySelectorAll("#facts th button")) {
  button.addEventListener("click", () => {
    const head = button.parentElement, column = head.cellIndex;
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent;
    const numbers = head.classList.contains("number");
    const order = (a, b) => numbers ? Number(key(a)) - Number(key(b)) : key(a).localeCompare(key(b), "vi");
    document.querySelector("#facts tbody").append(...[...rows].sort((a, b) => (up ? 1 : -1) * order(a, b)));
  });
}

document.getElementById("copy").addEventListener("click", async () => {
  const cell = (text) => `"${text.trim().replaceAll('"', '""')}"`;
  const visible = [...document.querySelectorAll("#facts tr")].filter((row) => !row.hidden);
  const lines = visible.map((row) => [...row.cells].map((item) => cell(item.textContent.replace(/ [▲▼]$/, ""))).join(","));
  const area = document.createElement("textarea");
  area.value = lines.join("\n");
  document.body.append(area);
  area.select();
  try { await navigator.clipboard.writeText(area.value); } catch { document.execCommand("copy"); }
  area.remove();
  shown.textContent = `${visible.length - 1} ✓`;
});

function speak(language) {
  document.documentElement.lang = language;
  for (const item of document.querySelectorAll("[data-vi]")) {
    if ("placeholder" in item.dataset) item.placeholder = item.dataset[language];
    else item.textContent = item.dataset[language];
  }
}
document.getElementById("language").addEventListener("click", () => {
  speak(document.documentElement.lang === "vi" ? "en" : "vi");
});
function head() {
  document.documentElement.style.setProperty("--head", `${document.querySelector("header").offsetHeight}px`);
}
head();
filter();
