import type { Problem } from "../../model/values/errors.ts";

type Text = readonly [message: string, remedy: string];

const INDENT: Text = [
  "The indentation does not fit the lines around it, so zivsync cannot tell what this belongs to.",
  "Give the keys of one map the same indentation, and put what lies inside them further to the right.",
];
const QUOTES = 'Put the text in quotes: "…".';
const NO_TAGS: Text = [
  "A tag (`!…`) that zivsync does not know stands here.",
  "Leave the tag out; put text that begins with `!` in quotes.",
];
const NO_ALIAS: Text = [
  "An alias (`*…`) stands here, and no anchor (`&…`) of that name before it.",
  "Put text that begins with `*` in quotes, or write the value out.",
];
const SECOND_DOCUMENT: Text = [
  "A second document begins here, and one file holds one document.",
  "Move it to a file of its own, or remove the `---`.",
];
const DIRECTIVE: Text = ["A directive (`%…`) that zivsync does not take stands here.", "Remove the line."];

/** By the code that the YAML library gives; the capitals at the end are zivsync's own. */
const TEXTS: Readonly<Record<string, Text>> = {
  BAD_INDENT: INDENT,
  BAD_ALIAS: NO_ALIAS,
  ALIAS_PROPS: NO_ALIAS,
  TAB_AS_INDENT: ["A tab indents this line, and YAML takes spaces only.", "Use spaces."],
  MISSING_CHAR: [
    "A character is missing here: a quote, bracket, comma, colon or space that YAML needs.",
    "Close what was opened, and leave a space after every `:`, `-` and `,`.",
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    "A second `key: value` is in the same line.",
    'Begin a new line for it, or put the text in quotes: "…".',
  ],
  BAD_SCALAR_START: ["A text cannot begin with this character.", QUOTES],
  BAD_DQ_ESCAPE: [
    'A backslash inside "…" begins an escape, and this one does not exist.',
    "Use single quotes: '…'.",
  ],
  DUPLICATE_KEY: [
    "This key stands twice in one map, and only one of the two could count.",
    "Remove or rename one of them.",
  ],
  NON_STRING_KEY: ["A key must be text.", "Write `key: value`."],
  MULTIPLE_DOCS: SECOND_DOCUMENT,
  TAG_RESOLVE_FAILED: NO_TAGS,
  MULTIPLE_TAGS: NO_TAGS,
  BAD_DIRECTIVE: DIRECTIVE,
  BAD_VERSION: DIRECTIVE,
  RESOURCE_EXHAUSTION: ["The values are nested too deeply.", "Write them out flat."],
  UNPRINTABLE: [
    "A character that cannot be printed stands here, such as a NUL or an escape.",
    "Remove it, or save the file as UTF-8 text.",
  ],
  SURROGATE: ["An escape in this text is half a character.", "Write the character itself."],
  ALIAS_BOMB: [
    "The aliases (`*…`) of this file lead in a circle, or are more than 100 when those inside each other are counted.",
    "Write the values out in place of aliases.",
  ],
};
const OTHER: Text = [
  "This is not YAML: something else was expected here.",
  "Look at the quotes, brackets and indentation of this line and the one before it.",
];

/** A fault of syntax as a problem. The words are fixed: those of the library quote the file, and so perhaps a secret. */
export function syntaxProblem(fault: string, where: string): Problem {
  const [message, remedy] = (Object.hasOwn(TEXTS, fault) ? TEXTS[fault] : undefined) ?? OTHER;
  const code =
    fault === "DUPLICATE_KEY"
      ? "config-duplicate"
      : fault === "ALIAS_BOMB"
        ? "yaml-alias-bomb"
        : "yaml-syntax";
  return { code, where, message, remedy };
}
