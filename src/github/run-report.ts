import { InputError, type Problem } from "../model/values/errors.ts";
import { visible } from "./api/errors.ts";

// The library behind this reads the process's own environment, as the runner set it, and writes annotations to stdout.

/** GitHub shows this many errors of a step, and loses the rest. */
const SHOWN = 10;
const FILE_PLACE = /^(?<file>[^\s:][^:\n]*\.ya?ml):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?$/;

/** Adds to the summary of the job, which the caller keeps within 1 MiB. Nothing outside a runner. Throws InputError. */
export async function writeSummary(markdown: string): Promise<void> {
  if (isUnset("GITHUB_STEP_SUMMARY")) return;
  const { summary } = await import("@actions/core");
  await writing("GITHUB_STEP_SUMMARY", () => summary.addRaw(markdown, true).write());
}

/** Sets outputs of the step; no text can forge another one. Nothing outside a runner. Throws InputError. */
export async function setOutputs(outputs: Readonly<Record<string, string>>): Promise<void> {
  if (isUnset("GITHUB_OUTPUT")) return;
  const { setOutput } = await import("@actions/core");
  await writing("GITHUB_OUTPUT", async () => {
    for (const [name, text] of Object.entries(outputs)) setOutput(name, text);
  });
}

/** The subject of an annotation: a problem, or a finding that has a place. */
export type Annotated = Pick<Problem, "where" | "message" | "remedy"> & { readonly code: string };

/**
 * One annotation a problem, on its line where it names one. `folder`: of the configuration, relative to the root of the
 * repository; problems name their files relative to it. Beyond the tenth, GitHub would lose them: those are only counted.
 */
export async function annotate(
  problems: readonly Annotated[],
  folder: string,
  severity: "error" | "warning" = "error",
): Promise<void> {
  const { [severity]: write } = await import("@actions/core");
  for (const { text, properties } of annotationsOf(problems, folder)) write(text, properties);
}

/**
 * The same as lines for stderr, where a runner obeys commands as well: of a command whose stdout is its result, which
 * a step of the workflow catches. The library writes to stdout only.
 */
export function annotationLines(
  problems: readonly Annotated[],
  folder: string,
  severity: "error" | "warning" = "error",
): string {
  return annotationsOf(problems, folder)
    .map(({ text, properties: { title, file, startLine, startColumn } }) => {
      const given = Object.entries({ title, file, line: startLine, col: startColumn })
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}=${escaped(String(value), /[%\r\n:,]/g)}`);
      return `::${severity} ${given.join(",")}::${escaped(text, /[%\r\n]/g)}\n`;
    })
    .join("");
}

/** As GitHub's runner reads it back: percent signs, line breaks, and in properties what parts them. */
function escaped(text: string, signs: RegExp): string {
  return text.replace(signs, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

type Annotation = {
  readonly text: string;
  readonly properties: {
    readonly title: string;
    readonly file?: string;
    readonly startLine?: number;
    readonly startColumn?: number;
  };
};

function annotationsOf(problems: readonly Annotated[], folder: string): readonly Annotation[] {
  const rest = problems.length - SHOWN;
  const shown = (rest > 0 ? problems.slice(0, SHOWN - 1) : problems).map((problem) => ({
    text: textOf(problem),
    properties: propertiesOf(problem, folder),
  }));
  if (rest <= 0) return shown;
  const text = `And ${rest + 1} more problems: the log names them all.`;
  return [...shown, { text, properties: { title: "zivsync" } }];
}

/** Without a file the library would write a command to the log, which runners obey no longer. */
function isUnset(name: string): boolean {
  return (process.env[name] ?? "") === "";
}

async function writing(name: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch {
    throw new InputError({
      code: "file-unwritable",
      where: name,
      message: "The file that the runner names there cannot be written, so the run does not show its result.",
      remedy: "Run the step on a runner, or leave the variable unset.",
    });
  }
}

function textOf({ message, remedy }: Annotated): string {
  return visible(remedy === undefined ? message : `${message}\n${remedy}`);
}

function propertiesOf({ code, where }: Annotated, folder: string): Annotation["properties"] {
  const title = visible(`zivsync: ${code}`);
  const { file, line, column } = FILE_PLACE.exec(where ?? "")?.groups ?? {};
  if (file === undefined || line === undefined)
    return { title: where === undefined ? title : visible(`${title}, ${where}`) };
  const place = { title, file: joined(folder, file), startLine: Number(line) };
  return column === undefined ? place : { ...place, startColumn: Number(column) };
}

/** With `/`, as Git writes paths. A file above the folder of the configuration is named from the root as well. */
function joined(folder: string, file: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${file}`.split(/[\\/]/)) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
