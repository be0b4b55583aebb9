type Child = Node | string;
type Attributes = Readonly<Record<string, string>>;

/** An element with attributes and children. Text only ever becomes a text node: nothing of a plan is read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** An element of the page as it was written; a page without it is broken. */
export function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no part ${id}.`);
  return found;
}

/** `12,345`. */
export function grouped(count: number): string {
  return count.toLocaleString("en");
}

export type Choice = { readonly value: number; readonly name: string; readonly count: number };

/** A labelled select: everything, or one of the choices, each with how many changes it has. */
export function selectOf(
  label: string,
  choices: readonly Choice[],
): { readonly field: HTMLElement; readonly value: () => number | undefined } {
  const select = element("select", {}, element("option", { value: "" }, "all"));
  for (const { value, name, count } of choices)
    select.append(element("option", { value: String(value) }, `${name} (${grouped(count)})`));
  return {
    field: labelled(label, select, "control"),
    value: () => (select.value === "" ? undefined : Number(select.value)),
  };
}

/** A labelled field for words to look for. */
export function searchOf(placeholder: string): { readonly field: HTMLElement; readonly value: () => string } {
  const input = element("input", { type: "search", placeholder, autocomplete: "off", spellcheck: "false" });
  return { field: labelled("Search", input, "control wide-control"), value: () => input.value };
}

let labels = 0;

/** Beside the control and not around it: else what a select offers would be part of its name. */
function labelled(label: string, control: HTMLElement, kind: string): HTMLElement {
  labels++;
  control.id = `control-${labels}`;
  return element("div", { class: kind }, element("label", { for: control.id }, label), control);
}

/** How often each number occurs, the most frequent first. */
export function choicesOf(values: Iterable<number>, nameOf: (value: number) => string): readonly Choice[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, name: nameOf(value), count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
