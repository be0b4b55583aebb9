import { element, grouped } from "./dom.ts";
import {
  ACTION_ORDER,
  DIFFERENCE_IN_ONE,
  KIND_ORDER,
  type ReportChange,
  type ReportData,
  type ReportField,
  STATE_ORDER,
} from "./report-data.ts";

/** Items of a list that are shown before a button asks for all. */
const ITEMS = 12;
const STATE_CLASSES = ["good", "good", "bad", "bad", "warn", "warn", "warn"];
const DIFFERENCE = /\[-(.*?)-\]|\{\+(.*?)\+\}/gs;

type Texts = (position: number) => string;

/** One change as an item of the list. */
export function changeView(change: ReportChange, data: ReportData): HTMLElement {
  const text: Texts = (position) => data.texts[position] ?? "";
  const [action, kind, address, fullName, profile, , id, state, detail, fields] = change;
  const shared = sharedPlace(fields);
  const name = ACTION_ORDER[action] ?? "";
  const head = element(
    "div",
    { class: "head" },
    chip(name, name),
    element("bdi", { class: "who" }, text(address)),
    ...(fullName === 0 ? [] : [element("bdi", {}, text(fullName))]),
    element("span", { class: "quiet" }, [KIND_ORDER[kind], text(profile), text(id)].join(" · ")),
  );
  const item = element("li", { class: `change ${name}` }, head);
  if (state > 0) {
    const why = detail === 0 ? [] : [element("bdi", {}, text(detail))];
    const shown = chip(STATE_ORDER[state - 1] ?? "", STATE_CLASSES[state - 1] ?? "warn");
    item.append(element("div", { class: "outcome" }, shown, ...why));
  }
  if (fields.length > 0)
    item.append(
      element("dl", { class: "fields" }, ...fields.map((field) => fieldView(field, shared, data, text))),
    );
  if (shared > 0) item.append(element("div", { class: "from quiet" }, `from ${text(shared)}`));
  return item;
}

function chip(text: string, kind: string): HTMLElement {
  return element("span", { class: `chip ${kind}` }, text);
}

/** The one place that all fields come from, or 0: said once it is shorter to read. */
function sharedPlace(fields: readonly ReportField[]): number {
  const places = new Set(fields.map(([, place]) => place).filter((place) => place > 0));
  const [only = 0] = places;
  return places.size === 1 ? only : 0;
}

function fieldView(field: ReportField, shared: number, data: ReportData, text: Texts): HTMLElement {
  const [label, place, attribute, changedIn, before, after] = field;
  const from = [place === shared ? "" : text(place), text(attribute)].filter((one) => one !== "").join(", ");
  const value = element("dd", {}, ...valueView(before, after, text));
  if (from !== "") value.append(" ", element("span", { class: "quiet" }, from));
  if (changedIn > 0)
    value.append(" ", chip(text(data.marks[changedIn - 1] ?? 0), changedIn === 1 ? "plain" : "warn"));
  return element("div", {}, element("dt", {}, text(label)), value);
}

function valueView(before: ReportField[4], after: ReportField[5], text: Texts): (Node | string)[] {
  if (typeof before !== "number" || typeof after !== "number")
    return [listView(typeof before === "number" ? [] : before, typeof after === "number" ? [] : after, text)];
  if (before === DIFFERENCE_IN_ONE) return differenceView(text(after));
  const was = element("del", {}, text(before));
  if (after === 0) return [was];
  const becomes = element("ins", {}, text(after));
  return before === 0 ? [becomes] : [was, element("span", { class: "arrow" }, " → "), becomes];
}

function differenceView(text: string): (Node | string)[] {
  const pieces: (Node | string)[] = [];
  let end = 0;
  for (const match of text.matchAll(DIFFERENCE)) {
    pieces.push(text.slice(end, match.index));
    pieces.push(match[1] === undefined ? element("ins", {}, match[2] ?? "") : element("del", {}, match[1]));
    end = match.index + match[0].length;
  }
  return [...pieces, text.slice(end)];
}

/** Removals and additions, those who lose something first. */
function listView(removed: readonly number[], added: readonly number[], text: Texts): HTMLElement {
  const items = [
    ...removed.map((one) => () => element("li", {}, element("del", {}, text(one)))),
    ...added.map((one) => () => element("li", {}, element("ins", {}, text(one)))),
  ];
  return cutList(items);
}

/** A list that shows its first items, and all of them on demand. */
export function cutList(items: readonly (() => HTMLElement)[]): HTMLElement {
  if (items.length === 0) return element("span", { class: "quiet" }, "(none)");
  const list = element("ul", { class: "values" }, ...items.slice(0, ITEMS).map((make) => make()));
  if (items.length <= ITEMS) return list;
  const all = element("button", { type: "button", class: "link" }, `Show all ${grouped(items.length)}`);
  const last = element("li", {}, all);
  all.addEventListener("click", () => {
    const rest = items.slice(ITEMS).map((make) => make());
    last.replaceWith(...rest);
    rest[0]?.setAttribute("tabindex", "-1");
    rest[0]?.focus();
  });
  list.append(last);
  return list;
}
