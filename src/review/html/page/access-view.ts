import { type Access, type AccessEntry, type AccessItem, accessOf } from "./access.ts";
import { cutList } from "./change-view.ts";
import { element, grouped, searchOf, selectOf } from "./dom.ts";
import { createPager } from "./pager.ts";
import type { ReportData } from "./report-data.ts";
import type { TextSearch } from "./search.ts";

const PAGE = 20;
const LOSES = 1;
const GETS = 2;

/** Gained and lost access, by account or by person. */
export function showAccess(place: HTMLElement, data: ReportData, search: TextSearch): void {
  const access = accessOf(data);
  place.append(element("p", {}, sentenceOf(access)));
  if (access.byAccount.length === 0) return;
  const text = (position: number) => data.texts[position] ?? "";
  const query = searchOf("account or person …");
  const what = selectOf("Show", [
    { value: LOSES, name: "who loses access", count: access.loses },
    { value: GETS, name: "who gets access", count: access.gets },
  ]);
  const views = viewChoice();
  const controls = element(
    "div",
    { class: "controls", role: "search", "aria-label": "Filter who gets and loses access" },
    views.field,
    query.field,
    what.field,
  );
  const pager = createPager<AccessEntry>({
    noun: "entries",
    size: PAGE,
    render: (entry) => entryView(entry, text),
  });
  const apply = () => {
    const words = search(query.value());
    const entries = views.byPerson() ? access.byPerson : access.byAccount;
    pager.show(entries.flatMap((entry) => narrowed(entry, words, what.value())));
  };
  controls.addEventListener("input", apply);
  place.append(controls, ...pager.parts);
  apply();
}

function sentenceOf({ byAccount, byPerson, gets, loses }: Access): string {
  if (byAccount.length === 0) return "Nobody gets or loses access to an account by its delegates.";
  const accounts = `${grouped(byAccount.length)} ${byAccount.length === 1 ? "account" : "accounts"}`;
  const people = `${grouped(byPerson.length)} ${byPerson.length === 1 ? "person" : "people"}`;
  return `Access to ${accounts} changes for ${people}: given ${times(gets)}, taken away ${times(loses)}.`;
}

function times(count: number): string {
  return `${grouped(count)} ${count === 1 ? "time" : "times"}`;
}

function viewChoice(): { readonly field: HTMLElement; readonly byPerson: () => boolean } {
  const radio = (value: string, checked: boolean) => {
    const input = element("input", { type: "radio", name: "access-view", value });
    input.checked = checked;
    return input;
  };
  const account = radio("account", true);
  const person = radio("person", false);
  const field = element(
    "fieldset",
    { class: "choice" },
    element("legend", {}, "List"),
    element("label", {}, account, element("span", {}, "by account")),
    element("label", {}, person, element("span", {}, "by person")),
  );
  return { field, byPerson: () => person.checked };
}

/** The part of an entry that fits: all of it where its own name does, else those in it whose names do. */
function narrowed(
  entry: AccessEntry,
  words: readonly Uint8Array[],
  what: number | undefined,
): readonly AccessEntry[] {
  const has = ({ name }: AccessItem) => words.every((word) => word[name] === 1);
  const inside = (items: readonly AccessItem[]) => (has(entry) ? items : items.filter(has));
  const loses = what === GETS ? [] : inside(entry.loses);
  const gets = what === LOSES ? [] : inside(entry.gets);
  return loses.length + gets.length === 0 ? [] : [{ ...entry, loses, gets }];
}

function entryView(entry: AccessEntry, text: (position: number) => string): HTMLElement {
  const side = (title: string, tag: "del" | "ins", items: readonly AccessItem[]) =>
    items.length === 0
      ? []
      : [
          element("dt", {}, title),
          element("dd", {}, cutList(items.map((item) => () => element("li", {}, ...named(item, tag, text))))),
        ];
  return element(
    "li",
    { class: "change" },
    element("div", { class: "head" }, ...named(entry, "bdi", text)),
    element(
      "dl",
      { class: "fields" },
      ...[side("loses", "del", entry.loses), side("gets", "ins", entry.gets)]
        .filter((pair) => pair.length > 0)
        .map((pair) => element("div", {}, ...pair)),
    ),
  );
}

function named(
  { name, note }: AccessItem,
  tag: "del" | "ins" | "bdi",
  text: (position: number) => string,
): HTMLElement[] {
  const shown = element(tag, tag === "bdi" ? { class: "who" } : {}, text(name));
  return note === "" ? [shown] : [shown, element("span", { class: "quiet note" }, ` ${note}`)];
}
