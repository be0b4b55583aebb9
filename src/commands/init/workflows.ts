import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Configuration } from "../../config/organization/configuration.ts";
import { IGNORED_LINES, ROOT_IGNORED_LINES, type StarterFile } from "../../config/starter/starter.ts";
import { readFileBytes } from "../../file-bytes.ts";
import { renderWorkflow } from "../../github/workflow-template.ts";
import { LARGEST_TEXT } from "../../storage/files/files.ts";
import type { NewFiles } from "./files.ts";

/** The templates that come with zivsync. */
const TEMPLATES = fileURLToPath(new URL("../templates/workflows/", import.meta.url));
const WORKFLOWS = ["plan", "apply", "drift", "sync"] as const;

export type WorkflowPlace = {
  readonly root: string;
  readonly defaultBranch: string;
  readonly environment: string;
  readonly configuration: Configuration;
};

/** The workflows for a repository; paths are relative to its top. */
export async function readWorkflows(place: WorkflowPlace): Promise<readonly StarterFile[]> {
  const names = {
    defaultBranch: place.defaultBranch,
    environment: place.environment,
    secrets: secretVariables(place.configuration),
  };
  return Promise.all(
    WORKFLOWS.map(async (name) => ({
      path: `.github/workflows/${name}.yml`,
      text: renderWorkflow(await readFile(join(TEMPLATES, `${name}.yml`), "utf8"), names),
    })),
  );
}

/**
 * A note for each secret of a configuration that the workflows of the repository do not hand over: they were written for
 * another one, and are kept. Workflows that do not run zivsync are the person's own matter.
 */
export async function lackingSecrets(root: string, configuration: Configuration): Promise<readonly string[]> {
  const paths = WORKFLOWS.map((name) => `.github/workflows/${name}.yml`);
  const texts = await Promise.all(paths.map((path) => readOwn(join(root, path))));
  return secretVariables(configuration).flatMap((name) => {
    const lacking = paths.filter((_, at) => {
      const text = texts[at] ?? "";
      return text.includes("run: zivsync -C") && !text.includes(`secrets.${name} }}`);
    });
    if (lacking.length === 0) return [];
    const line = `${name}: \${{ secrets.${name} }}`;
    return [
      `The workflows that were there do not hand over ${name}: add \`${line}\` to the \`env\` of each step that has the other secrets, in ${lacking.join(", ")}.`,
    ];
  });
}

/** The names of the environment variables that a configuration reads secrets from, sorted. Pure. */
function secretVariables(configuration: Configuration): readonly string[] {
  const names = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    else if (typeof value === "object" && value !== null) {
      const entries = Object.entries(value);
      const [first] = entries;
      if (entries.length === 1 && first?.[0] === "env" && typeof first[1] === "string") names.add(first[1]);
      else for (const [, item] of entries) walk(item);
    }
  };
  walk(configuration);
  return [...names].sort();
}

/** A .gitignore at the top, where plan files are written; one that is there is kept, and what it lacks is reported. */
export async function rootIgnore(root: string, files: NewFiles, notes: string[]): Promise<void> {
  const path = join(root, ".gitignore");
  await files.write(path, `${ROOT_IGNORED_LINES.join("\n")}\n`);
  const lines = (await readOwn(path)).split(/\r?\n/).map((line) => line.trim());
  const missing = IGNORED_LINES.filter((line) => !lines.includes(line));
  if (missing.length > 0)
    notes.push(`Plan files and journals hold personal data: add to .gitignore ${missing.join(" ")}`);
}

/** A file of the repository; nothing where it cannot be read. */
async function readOwn(path: string): Promise<string> {
  return String(await readFileBytes(path, LARGEST_TEXT).catch(() => ""));
}
