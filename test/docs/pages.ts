import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const read = (page: string) => readFileSync(join(root, page), "utf8");
export const isThere = (path: string) => existsSync(join(root, path));

/** The pages for people who use zivsync. */
export const PAGES = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`)
    .sort(),
];

export type Block = {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** Why it is not run, where the page says so. */
  readonly notRun?: string;
};

/** The fenced blocks of a page, without their indentation. */
export function blocksOf(page: string): Block[] {
  const text = read(page);
  const found = text.matchAll(/(?:^ *<!-- not run: (.+) -->\n)?^( *)```(\w*)\n([\s\S]*?)^\2```$/gm);
  return [...found].map((match) => {
    const [whole, notRun, indent = "", language = "", body = ""] = match;
    const line = text.slice(0, match.index + whole.indexOf("```")).split("\n").length;
    const block = { page, line, language, text: body.replaceAll(new RegExp(`^${indent}`, "gm"), "") };
    return notRun === undefined ? block : { ...block, notRun };
  });
}

/** A page without its fenced blocks. */
export const prose = (page: string) => read(page).replaceAll(/^( *)```[\s\S]*?^\1```$/gm, "");

/** What a link of a page can point to on it: its headings as GitHub names them, and its own anchors. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of prose(page).matchAll(/^#+ (.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  for (const [, id = ""] of read(page).matchAll(/<a id="([^"]+)">/g)) anchors.add(id);
  return anchors;
}

export type Link = {
  readonly page: string;
  readonly to: string;
  readonly file: string;
  readonly anchor: string;
};

/** The links of a page into this repository. */
export function linksOf(page: string): Link[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, to = ""]) => {
    if (/^https?:/.test(to)) return [];
    const [path = "", anchor = ""] = to.split("#");
    return [{ page, to, file: path === "" ? page : normalize(join(dirname(page), path)), anchor }];
  });
}
