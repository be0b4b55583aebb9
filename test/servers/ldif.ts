/** One entry to be made, or, with `change`, a change to one that is there. */
export type Entry = {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, string | Uint8Array | readonly (string | Uint8Array)[]>>;
  readonly change?: "add" | "replace";
};

/** What needs no base64 by RFC 2849. */
const SAFE = /^(?![ :<])[\x20-\x7e]*(?<! )$/;

function line(name: string, value: string | Uint8Array): string {
  if (typeof value === "string" && SAFE.test(value)) return `${name}: ${value}`;
  return `${name}:: ${Buffer.from(value).toString("base64")}`;
}

/** Entries and changes as LDIF (RFC 2849), in the order given. */
export function ldifOf(entries: readonly Entry[]): string {
  const blocks = entries.map(({ dn, attributes, change }) => {
    const lines = [line("dn", dn)];
    if (change) lines.push("changetype: modify");
    for (const [name, value] of Object.entries(attributes)) {
      const values = Array.isArray(value) ? value : [value];
      if (change) lines.push(`${change}: ${name}`);
      for (const one of values) lines.push(line(name, one));
      if (change) lines.push("-");
    }
    return lines.join("\n");
  });
  return `${blocks.join("\n\n")}\n`;
}

/** The entries of LDIF as a search prints it: names of attributes in lower case, values as text. */
export function readLdif(text: string): { readonly dn: string; values(name: string): readonly string[] }[] {
  const blocks = text.replaceAll(/\r?\n /g, "").split(/\n\s*\n/);
  return blocks.flatMap((block) => {
    const pairs = [...block.matchAll(/^([A-Za-z][\w;=-]*)(::?) ?(.*)$/gm)].map(
      ([, name = "", colons, value = ""]) =>
        [
          name.toLowerCase(),
          colons === "::" ? Buffer.from(value, "base64").toString("utf8") : value,
        ] as const,
    );
    const dn = pairs.find(([name]) => name === "dn")?.[1];
    if (dn === undefined) return [];
    return [{ dn, values: (name) => pairs.flatMap(([one, value]) => (one === name ? [value] : [])) }];
  });
}
