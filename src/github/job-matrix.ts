import { createHash } from "node:crypto";
import { InputError } from "../model/values/errors.ts";
import { compareText } from "../model/values/text.ts";

/** One configuration folder: `directory` relative to where zivsync runs, with `/`, and the names of its profiles. */
export type ConfigurationFolder = { readonly directory: string; readonly profiles: readonly string[] };

/** The input of one job. `profiles`: one name a line; empty for all. */
export type MatrixEntry = {
  readonly organization: string;
  readonly directory: string;
  readonly profiles: string;
};

/** The value of `strategy.matrix`. */
export type JobMatrix = { readonly include: readonly MatrixEntry[] };

/** The `number`th of `of` parts, from 1. */
export type Shard = { readonly number: number; readonly of: number };

export type MatrixOptions = {
  readonly by: "organization" | "profile";
  /** Directories to keep: the others only have a say in the names. Absent: all. */
  readonly kept?: ReadonlySet<string>;
  readonly shard?: Shard;
};

/** How many jobs GitHub makes of one matrix. https://docs.github.com/actions/reference/limits */
export const MOST_JOBS = 256;

/**
 * One entry a folder, or a profile of it, in order of the folders. Throws InputError when there are more than GitHub takes:
 * several folders in one job would share one environment, and so one API key. Pure.
 */
export function buildJobMatrix(
  folders: readonly ConfigurationFolder[],
  { by, kept, shard }: MatrixOptions,
): JobMatrix {
  const names = organizationNames(folders.map(({ directory }) => directory));
  const all = folders
    .filter(({ directory }) => kept?.has(directory) ?? true)
    .sort((a, b) => compareText(a.directory, b.directory))
    .flatMap(({ directory, profiles }) => {
      const organization = names.get(directory) ?? directory;
      const parts = by === "profile" ? profiles : [""];
      return parts.map((profile) => ({ organization, directory, profiles: profile }));
    });
  const include = shard === undefined ? all : all.filter((_, at) => at % shard.of === shard.number - 1);
  if (include.length > MOST_JOBS) throw tooMany(include.length, all.length, shard);
  return { include };
}

/**
 * A name for each folder: letters, digits and hyphens, for names of jobs, artefacts, environments and concurrency groups.
 * A last part `desired-state` says nothing and is left out. Where two would have one name, each gets a digest of its path,
 * so that no name hangs on the order of the folders. So does a name that looks like one with a digest, or like the
 * environment for plans of another organisation. Pure.
 */
export function organizationNames(directories: readonly string[]): ReadonlyMap<string, string> {
  const slugs = directories.map((directory) => [directory, slugOf(directory)] as const);
  const counts = new Map<string, number>();
  for (const [, slug] of slugs) counts.set(slug, (counts.get(slug) ?? 0) + 1);
  return new Map(
    slugs.map(([directory, slug]) => [
      directory,
      counts.get(slug) === 1 && !CONFUSABLE.test(slug) ? slug : `${slug}-${digestOf(directory)}`,
    ]),
  );
}

/** 80 bits: nobody finds another path with the same ones. */
const DIGEST_LETTERS = 20;

function digestOf(directory: string): string {
  return createHash("sha256").update(directory).digest("hex").slice(0, DIGEST_LETTERS);
}

/** `zivver-a-plan` is where plans of `a` take their secrets, so no organisation is called `a-plan`. */
const CONFUSABLE = new RegExp(`-[0-9a-f]{${DIGEST_LETTERS}}$|(?:^|-)plan$`);

/** Longest part of a name that comes from a path: GitHub takes 255 characters for the name of an environment. */
const LONGEST_SLUG = 80;

function slugOf(directory: string): string {
  const parts = directory.split("/").filter((part) => part !== "" && part !== "." && part !== "..");
  if (parts.at(-1) === "desired-state") parts.pop();
  const slug = parts
    .join("-")
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}+/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_SLUG)
    .replace(/^-+|-+$/g, "");
  return slug === "" ? "organization" : slug;
}

/** Reads `2/3`; undefined when it is not a part of a whole. Pure. */
export function parseShard(text: string): Shard | undefined {
  const [, number = "", of = ""] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? [];
  const shard = { number: Number(number), of: Number(of) };
  return shard.number >= 1 && shard.number <= shard.of ? shard : undefined;
}

function tooMany(count: number, all: number, shard: Shard | undefined): InputError {
  const parts = Math.ceil(all / MOST_JOBS);
  const what = shard === undefined ? "This matrix" : `Part ${shard.number} of ${shard.of}`;
  return new InputError({
    code: "usage",
    where: shard === undefined ? "zivsync matrix" : "--shard",
    message: `${what} has ${count} entries, and GitHub makes at most ${MOST_JOBS} jobs of one.`,
    remedy: `Divide it among ${parts} jobs of the workflow: \`--shard 1/${parts}\` in the first, up to \`--shard ${parts}/${parts}\`.`,
  });
}
