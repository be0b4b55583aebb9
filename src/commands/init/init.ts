import { access } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { loadConfiguration } from "../../config/load.ts";
import { protectionNotes } from "../../config/organization/protected-nobody.ts";
import { type OrganizationChoices, renderStarter, type StarterFile } from "../../config/starter/starter.ts";
import { succeeds } from "../../file-bytes.ts";
import { organizationNames } from "../../github/job-matrix.ts";
import type { LiveAccount } from "../../model/account/account.ts";
import { InputError } from "../../model/values/errors.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { openForReading } from "../shared/connect.ts";
import { type CommandIo, type ExitCode, folderOption } from "../shared/io.ts";
import {
  checkInitOptions,
  chooseDomains,
  chooseSources,
  fromProfiles,
  type InitOptions,
  type RepositoryPlace,
  readRepositoryPlace,
} from "./choices.ts";
import { newFiles, withSchema } from "./files.ts";
import { chooseTables } from "./found-tables.ts";
import { ownCommand, parsePackage, recordedPackage, writePackage } from "./package.ts";
import { lackingSecrets, readWorkflows, rootIgnore } from "./workflows.ts";

export type { InitOptions } from "./choices.ts";

const DEFAULT_URL = "https://app.zivver.com/api/scim/v2";

/** `zivsync init`: a configuration to begin with, and the workflows, in the present repository. Overwrites nothing. */
export async function init(options: InitOptions, io: CommandIo): Promise<ExitCode> {
  checkInitOptions(options);
  const place = await readRepositoryPlace();
  const given = options.package === undefined ? undefined : await parsePackage(options.package, place.root);
  const folder = resolve(options.directory);
  const there = await existing(folder);
  if (there !== undefined && options.fromLive) throw alreadyThere(there);
  const notes: string[] = [];
  const files = newFiles();
  if (there === undefined) {
    for (const file of await configurationFiles(options, place, notes, io))
      await files.write(join(folder, file.path), withSchema(file, folder, place.root));
  } else files.keep(there);
  // Read the written files again: nobody gets a start that does not load.
  const configuration = await loadConfiguration(options.directory);
  const organization = there ?? join(folder, "organization.yaml");
  const file = relative(process.cwd(), organization).split(sep).join("/");
  const unprotected = protectionNotes(configuration.policy, file);
  notes.push(...unprotected);
  await rootIgnore(place.root, files, notes);
  if (options.workflows || given !== undefined)
    notes.push(...(await writePackage(place.root, given ?? (await recordedPackage(place.root)), files)));
  if (options.workflows) {
    const { environment } = options;
    const workflows = await readWorkflows({ ...place, environment, configuration });
    for (const { path, text } of workflows) await files.write(join(place.root, path), text);
    notes.push(...(await lackingSecrets(place.root, configuration)));
  }
  const next = unprotected.length > 0 ? `${file}: name your administrators under \`protected\`` : undefined;
  const steps = nextSteps(await ownCommand(place.root), next, options);
  report({ written: files.written(), kept: files.kept(), notes }, steps, options, io);
  return 0;
}

async function configurationFiles(
  options: InitOptions,
  place: RepositoryPlace,
  notes: string[],
  io: CommandIo,
): Promise<readonly StarterFile[]> {
  const live = await liveAccounts(options, io);
  const sources = options.fromLive ? [] : await chooseSources(options, io);
  const domains = await chooseDomains(options, live, place, io);
  const choices: OrganizationChoices = {
    domains,
    loginMethod: options.login,
    state: options.state ?? (place.isRepository ? "git" : "file"),
    ...(options.url === undefined ? {} : { url: options.url }),
    ...(options.sealKey === undefined
      ? {}
      : { sealKey: options.sealKey === true ? "ZIVSYNC_SEAL_KEY" : options.sealKey }),
    ...(options.workflows ? { environment: environmentOf(options, place) } : {}),
  };
  if (options.fromLive) {
    const { buildLiveStart, partlyNotes } = await import("./from-live.ts");
    const start = await buildLiveStart(live ?? [], choices, options.directory, io);
    notes.push(...partlyNotes(start.partly));
    if (start.excluded.length > 0)
      notes.push(`Left out of the profile, since they cannot be declared: ${start.excluded.join(", ")}.`);
    return start.files;
  }
  if (options.file === undefined) return renderStarter({ ...choices, sources });
  notes.push(...listInRepository(options.file, place));
  const spreadsheet = fromProfiles(resolve(options.directory), options.file);
  return renderStarter({ ...choices, sources, spreadsheet, ...(await chooseTables(options.file, notes)) });
}

/** A list within a repository is in every clone once it is committed. */
function listInRepository(file: string, { root, isRepository }: RepositoryPlace): readonly string[] {
  const way = relative(root, resolve(file));
  if (!isRepository || way.startsWith("..") || isAbsolute(way)) return [];
  return [
    `${file} lies in the repository. Committed, its people and account keys would be in every clone and in the history, for good: keep it elsewhere, or list it in .gitignore. docs/github.md of zivsync says what to do instead.`,
  ];
}

/** Read where they are asked for, or where they show the domains that no option names. */
async function liveAccounts(
  options: InitOptions,
  io: CommandIo,
): Promise<readonly LiveAccount[] | undefined> {
  const key = io.environment.ZIVVER_API_KEY;
  const namesDomains = options.domain === undefined && key !== undefined && key !== "";
  if (!options.fromLive && !namesDomains) return undefined;
  const target = await openForReading(
    {
      target: {
        url: options.url ?? DEFAULT_URL,
        apiKey: { env: "ZIVVER_API_KEY" },
        apiKeyWhere: "zivsync init",
        apiKeyEncoding: "as-copied",
      },
      policy: { rateLimit: { requests: 50, seconds: 10 } },
    },
    io,
  );
  return target.read();
}

/** The environment as the workflow will name it for this folder. */
function environmentOf({ environment, directory }: InitOptions, { root }: RepositoryPlace): string {
  const path = relative(root, resolve(directory)).split(sep).join("/");
  return environment.replaceAll("*", organizationNames([path]).get(path) ?? "");
}

async function existing(folder: string): Promise<string | undefined> {
  for (const name of ["organization.yaml", "organization.yml"]) {
    const path = join(folder, name);
    const there = await succeeds(access(path));
    if (there) return path;
  }
  return undefined;
}

function alreadyThere(path: string): InputError {
  return new InputError({
    code: "usage",
    where: "--from-live",
    message: `There is a configuration already (${relative(process.cwd(), path)}), and init overwrites nothing.`,
    remedy: "Name a folder that is new: `zivsync -C DIR init --from-live`.",
  });
}

type Report = {
  readonly written: readonly string[];
  readonly kept: readonly string[];
  readonly notes: readonly string[];
};

function report(result: Report, steps: readonly string[], { json }: InitOptions, io: CommandIo): void {
  if (json) {
    io.out(jsonLine(JSON.stringify(result)));
    return;
  }
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? "" : `${title}\n${lines.map((line) => `  ${line}\n`).join("")}`;
  io.out(list("Written:", result.written));
  io.out(list("Already there, and left as it was:", result.kept));
  io.out(list("Note:", result.notes));
  io.out(list("Next:", steps));
}

function nextSteps(
  command: string,
  first: string | undefined,
  { directory, workflows }: InitOptions,
): readonly string[] {
  const zivsync = `${command}${folderOption(directory)}`;
  return [
    ...(first === undefined ? [] : [first]),
    `look through the ${first === undefined ? "" : "other "}files: each says what can be changed`,
    `${zivsync} validate    checks them`,
    `${zivsync} check       connects to Zivver and to every source`,
    `${zivsync} plan        shows what would be done, and does nothing`,
    ...(workflows ? ["docs/github.md of zivsync says what to set up on GitHub"] : []),
  ];
}
