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
