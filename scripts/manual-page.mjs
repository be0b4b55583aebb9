// The manual page, made of the definitions of the commands by the build: `man` in package.json installs it.
import { build } from "esbuild";

/** The program with its commands, as text of roff (man(7)). `version` stands in its foot. */
export function manualPage(program, version) {
  const parts = [
    `.TH ZIVSYNC 1 "" "zivsync ${escaped(version)}" "User Commands"`,
    ".SH NAME",
    `zivsync \\- ${escaped("plan, review and apply the accounts of a Zivver organisation")}`,
    ".SH SYNOPSIS",
    ".B zivsync",
    "[\\fIoptions\\fR] \\fIcommand\\fR",
    ".SH DESCRIPTION",
    escaped(program.description()),
    ".SH OPTIONS",
    ...program.options.filter(({ hidden }) => !hidden).map(optionOf),
    ".SH COMMANDS",
    ...program.commands.flatMap((command) => commandOf(command, "zivsync")),
    ".SH EXIT STATUS",
    ...EXITS.map(([code, means]) => `.TP\n.B ${code}\n${escaped(means)}`),
    ".SH FILES",
    ".TP\n.I desired-state/organization.yaml\nThe organisation, its rules, and where its secrets are.",
    ".TP\n.I plan.json, plan.json.*.journal\nA plan, and the log of its apply.",
    ".SH SEE ALSO",
    escaped("The pages in the folder docs of the package, README.md first."),
  ];
  return `${parts.join("\n")}\n`;
}

const EXITS = [
  [0, "Done, or no changes."],
  [1, "Failed: nothing was written."],
  [
    2,
    "With plan --detailed-exitcode: there are changes, or a source is incomplete, or a removal is held back.",
  ],
  [3, "Refused: a guard, or a plan that is stale, tampered with, used up or not approved."],
  [4, "Applied in part: the output says what was not, and why."],
];

function commandOf(command, above) {
  if (command._hidden) return [];
  const name = `${above} ${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((below) => commandOf(below, name));
  const args = command.registeredArguments.map((argument) => {
    const shown = `${argument.name()}${argument.variadic ? "..." : ""}`;
    return argument.required ? `\\fI${escaped(shown)}\\fR` : `[\\fI${escaped(shown)}\\fR]`;
  });
  return [
    `.SS ${escaped(name)} ${args.join(" ")}`.trimEnd(),
    escaped(`${command.description()}.`),
    ...command.options.filter(({ hidden }) => !hidden).map(optionOf),
  ];
}

function optionOf({ flags, description, argChoices, defaultValue }) {
  const notes = [
    ...(argChoices === undefined ? [] : [`one of ${argChoices.join(", ")}`]),
    ...(typeof defaultValue === "string" || typeof defaultValue === "number"
      ? [`default: ${defaultValue}`]
      : []),
  ];
  return `.TP\n.B ${escaped(flags)}\n${escaped(`${description}${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`)}`;
}

/** Text that roff takes for text: a backslash, a dot or quote at the start of a line, and hyphens that can be copied. */
function escaped(text) {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/gm, "\\&$1");
}

/** The definitions of the commands, bundled and loaded from memory: what the commands do stays outside, and none runs. */
export async function readProgram(entry, version) {
  const doings = {
    name: "doings-outside",
    setup: ({ onResolve }) =>
      onResolve({ filter: /./ }, ({ kind, path }) =>
        kind === "dynamic-import" ? { path, external: true } : undefined,
      ),
  };
  const { outputFiles } = await build({
    ...{
      entryPoints: [entry],
      bundle: true,
      write: false,
      platform: "node",
      format: "esm",
      plugins: [doings],
    },
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire("/");',
    },
  });
  const code = Buffer.from(outputFiles[0].contents).toString("base64");
  const { buildProgram } = await import(`data:text/javascript;base64,${code}`);
  return buildProgram(() => Promise.resolve(), version);
}
