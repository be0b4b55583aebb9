/**
 * docs/reference.md: every key of the files that people write, as the schemas have it. An object is a section, a key is a
 * row; what several places share is a section of its own at the end of its file.
 */
export function referencePage({ organization, profile, accounts }) {
  const files = [
    { file: "organization.yaml", schema: organization, prefix: "organization" },
    { file: "profiles/*.yaml", schema: profile, prefix: "profile" },
    { file: "accounts/*.yaml", schema: accounts, prefix: "accounts" },
  ];
  const toc = files.map(({ file, prefix }) => `[\`${file}\`](#${prefix})`).join(" · ");
  return `${[INTRODUCTION, toc, ...files.map(fileSection)].join("\n\n")}\n`;
}

const INTRODUCTION = `# Reference: every key

<!-- made by \`npm run docs\` from schemas/: change the schemas, not this page -->

This page lists every key of the files in \`desired-state/\`. Each file begins with \`apiVersion: zivsync/v1\` and its \`kind\`. A key with a
star (*) is required. Unknown keys are errors, and \`zivsync validate\` proposes the right one. Paths are relative to the file that names them.`;

function fileSection({ file, schema, prefix }) {
  const made = { schema, prefix, sections: [], shared: new Map() };
  addObject(made, schema, { path: "", level: "##", title: file, anchor: prefix });
  // Definitions that a definition names are added while this goes on.
  for (const name of made.shared.keys()) {
    const shared = { path: name, level: "###", title: name, anchor: `${prefix}-${name}` };
    addObject(made, resolved(made, schema.$defs[name]), shared);
  }
  return made.sections.join("\n\n");
}

/** A section for each object below this one, in the order of their keys. */
function addObject(made, object, { path, level, title, anchor }) {
  const { rows, below } = rowsOf(made, object, path);
  const variants = variantsOf(object);
  for (const { name } of variants) made.shared.set(name, made.schema.$defs[name]);
  const more = variants.length > 0 ? ` The other keys depend on \`${variants[0].by}\`:` : "";
  const links = variants.map(({ value, name, also }) => {
    const must = also.length > 0 ? `, which requires ${also.map(code).join(", ")}` : "";
    return `- \`${value}\`: [${code(name)}](#${made.prefix}-${name})${must}`;
  });
  const parts = [
    `${level} ${code(title)}\n<a id="${anchor}"></a>`,
    `${object.description ?? ""}${more}`.trim(),
    links.join("\n"),
    tableOf(rows),
  ];
  made.sections.push(parts.filter((part) => part !== "").join("\n\n"));
  const next = level === "##" ? "###" : level;
  for (const one of below) {
    addObject(made, one.schema, {
      path: one.path,
      level: next,
      title: one.path,
      anchor: anchorOf(made, one.path),
    });
  }
}

function rowsOf(made, object, path) {
  const below = [];
  const rows = Object.entries(object.properties ?? {}).map(([key, written]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const shared = sharedName(made, written);
    const value = resolved(made, written);
    if (shared === undefined && value.properties) below.push({ schema: value, path: at });
    return rowOf(made, key, value, (object.required ?? []).includes(key), anchorOf(made, at), shared, at);
  });
  return { rows, below };
}

function rowOf(made, key, value, required, anchor, shared, at) {
  const into = shared ? `#${made.prefix}-${shared}` : value.properties ? `#${anchorOf(made, at)}` : undefined;
  const id = into === `#${anchor}` ? "" : `<a id="${anchor}"></a>`;
  const name = into ? `[${code(key)}](${into})` : code(key);
  return [
    `${id}${name}${required ? "\\*" : ""}`,
    valuesOf(made, value),
    value.default === undefined ? "" : code(inline(value.default)),
    cell(value.description ?? ""),
    exampleOf(value),
  ];
}

/** Definitions that are sections of their own: the maps. */
function sharedName(made, written) {
  const target = written.items?.$ref ?? written.$ref;
  const name = /^#\/\$defs\/(\w+)$/.exec(target ?? "")?.[1];
  if (name === undefined) return undefined;
  const definition = made.schema.$defs[name];
  if (definition.items?.$ref) return sharedName(made, definition);
  if (definition.properties === undefined) return undefined;
  if (!made.shared.has(name)) made.shared.set(name, definition);
  return name;
}

function resolved(made, written) {
  if (written?.$ref === undefined) return written;
  const found = written.$ref
    .slice(2)
    .split("/")
    .reduce((at, step) => at[step], made.schema);
  const { $ref: _, ...own } = written;
  return { ...resolved(made, found), ...own };
}

/** `if type is X then …`: one section a value. */
function variantsOf(object) {
  return (object.allOf ?? []).flatMap(({ if: condition, then }) => {
    const [[by, { const: value }]] = Object.entries(condition.properties);
    return [{ by, value, name: then.$ref.split("/").at(-1), also: then.required ?? [] }];
  });
}

function valuesOf(made, value) {
  if (value.const !== undefined) return code(value.const);
  if (value.enum) return value.enum.map((one) => code(one)).join(", ");
  const types = [value.type ?? []].flat().map((type) => typeWords(made, type, value));
  return [types.join(" or "), limits(value)].filter(Boolean).join(", ");
}

function typeWords(made, type, value) {
  if (type === "array") {
    const items = resolved(made, value.items ?? {});
    const what = items.enum
      ? items.enum.map((one) => code(one)).join(", ")
      : items.properties
        ? "maps"
        : "texts";
    return `list of ${what}`;
  }
  if (type === "string") {
    const [, word] = /^\^(\w+)\$$/.exec(value.pattern ?? "") ?? [];
    return word === undefined ? "text" : code(word);
  }
  if (type === "boolean" && value.not?.const === false) return "`true`";
  return (
    { object: "map", boolean: "`true`, `false`", integer: "whole number", number: "number" }[type] ?? type
  );
}

function limits({ minimum, maximum }) {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${minimum} or more`;
  return "";
}

function exampleOf({ examples, const: fixed }) {
  if (fixed !== undefined || examples === undefined) return "";
  return examples.map((one) => code(inline(one))).join("<br>");
}

/** As one would write it on one line of YAML. */
function inline(value) {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value === "object") {
    const pairs = Object.entries(value).map(([key, one]) => `${key}: ${inline(one)}`);
    return `{ ${pairs.join(", ")} }`;
  }
  return typeof value === "string" && (value === "" || /^[*&!%@`{[]|[:,#] |^\d+$/.test(value))
    ? JSON.stringify(value)
    : String(value);
}

function tableOf(rows) {
  if (rows.length === 0) return "";
  const head = "| key | value | default | what it says | examples |\n|---|---|---|---|---|";
  return [head, ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n");
}

const anchorOf = ({ prefix }, path) => `${prefix}-${path.replaceAll(".", "-")}`;
const cell = (text) => text.replaceAll("|", "\\|");
const code = (text) => `\`${String(text).replaceAll("|", "\\|")}\``;
