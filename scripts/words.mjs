// Holds the English of src, docs and schemas against the habits that CONTRIBUTING.md lists. Part of `npm run lint`.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A habit, and the plain words instead of it. */
const HABITS = [
  [/\bnobody can tell\b/gi, 'say "zivsync cannot tell" or "unknown"'],
  [/\b(?:stands?|stood) in\b(?! (?:for|the way))/gi, 'say "is in"'],
  [
    /(?<!\b(?:there|here) )\b(?:is|are|was|were) no (?!longer|more\b|such|matter|doubt|reason|need|use|way|room|end\b|one\b|other\b)/gi,
    'say "is not a"',
  ],
  [/\bon (?:its|their|this source.s) word\b/gi, 'say "because of this source"'],
];

/** Habits that the pages have lost and src still has: move a row to `HABITS` once src has none. */
const HABITS_OF_PAGES = [
  [/\banew\b/gi, 'say "again"'],
  [/\b(?:but for|nothing but)\b/gi, 'say "except" or "only"'],
  [/\bfor ever\b/gi, 'say "permanently"'],
  [/\bmend(?:s|ed|ing)?\b/gi, 'say "repair"'],
  [/\b(?:tells|told)\b(?! to wait)/gi, 'say "reports" or "shows"'],
  [/\b(?:says?|said|speaks?|spoken) of\b/gi, 'say "reports" or "lists"'],
  [/\b(?:any|no) more\b/gi, 'say "no longer"'],
  [/\b(?:whoever|whatever)\b/gi, 'say "anyone who" or "any"'],
  [/(?:^|[.;:,] )nor\b/gi, 'say "and not"'],
  [/\bst(?:ands?|ood)\b(?! for)/gi, 'say "is"'],
  [/\bg(?:ives?|ave|iven) up\b/gi, 'say "cancels" or "frees"'],
  [/\bbec(?:omes?|ame) of\b/gi, 'say "the result" or "the action"'],
  [/\b(?:on the word of|tak(?:es?|en) for)\b/gi, 'say "because of" or "treated as"'],
];
const inSrc = `${join(root, "src")}${sep}`;

const places = [
  "src",
  "docs",
  "schemas",
  "templates",
  "README.md",
  "CONTRIBUTING.md",
  "ARCHITECTURE.md",
  "SECURITY.md",
];

function* filesIn(place) {
  let entries;
  try {
    entries = readdirSync(join(root, place), { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error.code === "ENOTDIR") yield join(root, place);
    if (error.code === "ENOTDIR" || error.code === "ENOENT") return;
    throw error;
  }
  for (const entry of entries) {
    if (entry.isFile() && /\.(?:ts|md|json|yaml|yml)$/.test(entry.name))
      yield join(entry.parentPath, entry.name);
  }
}

let found = 0;
for (const file of places.flatMap((place) => [...filesIn(place)])) {
  for (const [index, line] of readFileSync(file, "utf8").split("\n").entries()) {
    for (const [habit, instead] of file.startsWith(inSrc) ? HABITS : [...HABITS, ...HABITS_OF_PAGES]) {
      for (const { 0: words } of line.matchAll(habit)) {
        // The glossary names the habits in order to warn of them.
        if (line.includes(`"${words.trim()}`)) continue;
        console.error(`${file.slice(root.length + 1)}:${index + 1}: "${words.trim()}": ${instead}`);
        found += 1;
      }
    }
  }
}
if (found > 0) {
  console.error(`${found} habits of CONTRIBUTING.md's list.`);
  process.exitCode = 1;
}
