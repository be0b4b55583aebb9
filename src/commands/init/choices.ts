import { relative, resolve, sep } from "node:path";
import { checkUrl } from "../../config/organization/organization.ts";
import { STARTER_SOURCES, type StarterSource } from "../../config/starter/sources.ts";
import type { LiveAccount } from "../../model/account/account.ts";
import { domainOf, parseDomain } from "../../model/values/address.ts";
import { InputError, type Problem } from "../../model/values/errors.ts";
import { compareText } from "../../model/values/text.ts";
import { openGitRepository } from "../../storage/git/repository.ts";
import type { CommandIo, CommonOptions } from "../shared/io.ts";

export type InitOptions = CommonOptions & {
  readonly source?: readonly string[];
  readonly domain?: readonly string[];
  readonly login: "sso" | "password";
  readonly file?: string;
  readonly state?: "git" | "file";
  readonly environment: string;
  readonly workflows: boolean;
  readonly fromLive?: boolean;
  readonly url?: string;
  readonly sealKey?: string | true;
  readonly package?: string;
};

/** The choices from the command line, checked before anything is asked, read or written. Throws InputError. */
export function checkInitOptions(options: InitOptions): void {
  const problems: Problem[] = [];
  for (const text of options.source ?? []) if (!isSource(text)) problems.push(noSource(text));
  for (const text of options.domain ?? []) if (parseDomain(text) === undefined) problems.push(noDomain(text));
  if (options.url !== undefined) problems.push(...checkUrl(options.url, "--url"));
  if (!/^[A-Za-z0-9*](?:[A-Za-z0-9 _.*-]{0,98}[A-Za-z0-9*])?$/.test(options.environment)) {
    problems.push({
      code: "usage",
      where: "--environment",
      message: `${JSON.stringify(options.environment)} cannot be the name of the environment.`,
      remedy:
        "Write letters, digits, spaces, dots, hyphens and underscores; `*` stands for the organisation.",
    });
  }
  if (typeof options.sealKey === "string" && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(options.sealKey)) {
    problems.push({
      code: "usage",
      where: "--seal-key",
      message: `${JSON.stringify(options.sealKey)} cannot be the name of an environment variable.`,
      remedy:
        "Give the name of the variable that holds the key, for example ZIVSYNC_SEAL_KEY, never the key itself.",
    });
  }
  if (options.file !== undefined && options.source !== undefined && !options.source.includes("spreadsheet")) {
    problems.push({
      code: "usage",
      where: "--file",
      message: "A file is read by a source of the type `spreadsheet`, and none is asked for.",
      remedy: "Add `--source spreadsheet`, or leave `--file` out.",
    });
  }
  if (problems.length > 0) throw new InputError(problems);
}

/** The sources that were named, or that the person answers; a spreadsheet otherwise. */
export async function chooseSources(options: InitOptions, io: CommandIo): Promise<readonly StarterSource[]> {
  const given = options.source ?? (options.file === undefined && io.interactive ? await askSources(io) : []);
  const wrong = given.filter((text) => !isSource(text));
  if (wrong.length > 0) throw new InputError(wrong.map(noSource));
  const known = given.filter(isSource);
  return known.length === 0 ? ["spreadsheet"] : [...new Set(known)];
}

function isSource(text: string): text is StarterSource {
  return STARTER_SOURCES.some((one) => one === text);
}

async function askSources(io: CommandIo): Promise<readonly string[]> {
  const question = `Where do the accounts come from: ${STARTER_SOURCES.join(", ")}? Several are parted by commas. [spreadsheet] `;
  return words(await io.ask(question));
}

/** The claimed domains: as given, else those of the live accounts, else as the person answers. Throws InputError. */
export async function chooseDomains(
  options: InitOptions,
  live: readonly LiveAccount[] | undefined,
  place: RepositoryPlace,
  io: CommandIo,
): Promise<readonly string[]> {
  if (options.domain !== undefined) return canonical(options.domain);
  const ofLive = domainsOf(live ?? []);
  if (ofLive.length > 0) return ofLive;
  if (io.interactive) {
    const usual = parseDomain(place.domain ?? "") ?? "example.org";
    const answer = words(
      await io.ask(
        `Which domains has your organisation claimed in Zivver? Several are parted by commas. [${usual}] `,
      ),
    );
    return canonical(answer.length === 0 ? [usual] : answer);
  }
  throw new InputError({
    code: "usage",
    where: "--domain",
    message:
      live === undefined
        ? "Nobody says which domains the organisation has claimed in Zivver, and accounts can lie in these only."
        : "Zivver has no account yet that shows which domains the organisation has claimed.",
    remedy:
      live === undefined
        ? "Add `--domain example.org`, once for each, or set ZIVVER_API_KEY: then they are read from Zivver."
        : "Add `--domain example.org`, once for each.",
  });
}

/** Those of most accounts first: Zivver takes addresses and aliases of claimed domains only. Pure. */
function domainsOf(live: readonly LiveAccount[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { address, aliases } of live)
    for (const one of [address, ...aliases]) counts.set(domainOf(one), (counts.get(domainOf(one)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0])).map(([domain]) => domain);
}

/** The path of a file as it is written in a profile of a configuration folder. */
export function fromProfiles(folder: string, file: string): string {
  return relative(resolve(folder, "profiles"), resolve(file)).split(sep).join("/");
}

function canonical(texts: readonly string[]): readonly string[] {
  const wrong = texts.filter((text) => parseDomain(text) === undefined);
  if (wrong.length > 0) throw new InputError(wrong.map(noDomain));
  return [...new Set(texts.flatMap((text) => parseDomain(text) ?? []))];
}

function words(answer: string): readonly string[] {
  return answer.split(/[\s,;]+/).filter((word) => word !== "");
}

function noDomain(text: string): Problem {
  return {
    code: "domain-invalid",
    where: "--domain",
    message: `${JSON.stringify(text)} is not a domain that can receive mail.`,
    remedy: "Write a domain such as `example.org`, without `@` or `https://`.",
  };
}

function noSource(text: string): Problem {
  return {
    code: "usage",
    where: "--source",
    message: `${JSON.stringify(text)} is not a type of source.`,
    remedy: `Write one of ${STARTER_SOURCES.join(", ")}.`,
  };
}

/** The place where `zivsync init` writes: the top of the present repository, or the present folder where there is none. */
export type RepositoryPlace = {
  readonly root: string;
  readonly isRepository: boolean;
  readonly defaultBranch: string;
  /** Domain of the address that the person commits with. */
  readonly domain?: string;
};

/** Asks Git what it knows of the present folder; without Git, it is a folder like any other. */
export async function readRepositoryPlace(): Promise<RepositoryPlace> {
  const repository = openGitRepository(process.cwd());
  const ask = async (...words: string[]): Promise<string | undefined> => {
    const answer = await repository.run(words).catch(() => "");
    return answer.trim() === "" ? undefined : answer.trim();
  };
  const root = await ask("rev-parse", "--show-toplevel");
  const domain = (await ask("config", "user.email"))?.split("@").at(-1);
  return {
    root: resolve(root ?? "."),
    isRepository: root !== undefined,
    defaultBranch: root === undefined ? "main" : await readDefaultBranch(ask),
    ...(domain === undefined ? {} : { domain }),
  };
}

type Ask = (...words: string[]) => Promise<string | undefined>;

/** The default branch by the remote, else a branch that usually is the default one, else the present one. */
async function readDefaultBranch(ask: Ask): Promise<string> {
  const remote = await ask("symbolic-ref", "--short", "refs/remotes/origin/HEAD");
  if (remote?.startsWith("origin/")) return remote.slice("origin/".length);
  for (const branch of ["main", "master"])
    if (await ask("rev-parse", "--verify", "--quiet", `refs/heads/${branch}`)) return branch;
  return (await ask("symbolic-ref", "--short", "HEAD")) ?? "main";
}
