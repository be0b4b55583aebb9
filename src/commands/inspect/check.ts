import { findProfiles, findSource, loadConfiguration } from "../../config/load.ts";
import type { Configuration, ProfileConfiguration } from "../../config/organization/configuration.ts";
import { KINDS } from "../../model/account/kind.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Reading } from "../../model/ports.ts";
import { domainOf } from "../../model/values/address.ts";
import { type Problem, ZivsyncError } from "../../model/values/errors.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { type CheckedSource, type CheckedTarget, renderCheck } from "../../review/text/check.ts";
import { othersWhoRead } from "../../storage/files/access.ts";
import { openForReading, readSource } from "../shared/connect.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import { type Followed, followRecords } from "./listed-records.ts";

export type CheckOptions = CommonOptions & { readonly profile?: readonly string[] };

/** How many records of each kind are shown. */
const FIRST = 3;

/**
 * `zivsync check [SOURCE]`: connects to Zivver and to every source, each on its own, and says what came of it. Nothing is
 * written anywhere. A source by name is read beside the others of its profile, which add to its records, and shown alone.
 */
export async function check(
  source: string | undefined,
  options: CheckOptions,
  io: CommandIo,
): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.directory);
  const chosen = findProfiles(configuration, options.profile ?? []);
  const profiles =
    source === undefined
      ? chosen
      : findSource({ ...configuration, profiles: chosen }, source).map(({ profile }) => profile);
  const target = source === undefined ? await checkTarget(configuration, io) : null;
  const attempts = await readAll(profiles, configuration, io);
  const desired = followRecords(configuration.policy, readingsOf(profiles, attempts));
  const partly = new Set(attempts.filter((one) => "problems" in one).map(({ profile }) => profile));
  const sources = attempts
    .filter(({ name }) => source === undefined || name === source)
    .map((one) => judge(one, desired, partly.has(one.profile)));
  for (const note of await openSecrets(configuration)) io.note(note);
  const ok = target?.ok !== false && sources.every((one) => one.ok);
  if (options.json) io.out(jsonLine(JSON.stringify({ ok, target, sources })));
  else io.out(renderCheck({ target, sources }, io));
  return ok ? 0 : 1;
}

/** A note for each file with a secret that others may read, by the modes of Linux and the access lists of Windows. */
async function openSecrets({ target, sealKey, profiles }: Configuration): Promise<readonly string[]> {
  const files = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const entries = Object.entries(value);
    const [[name, file] = []] = entries;
    if (entries.length === 1 && name === "file" && typeof file === "string") files.add(file);
    // The lists of people are files as well.
    else for (const [key, item] of entries) if (key !== "personal" && key !== "functional") walk(item);
  };
  walk([target.apiKey, sealKey, profiles.map(({ sources }) => sources)]);
  const notes = [...files].map(async (file) => {
    const others = await othersWhoRead(file);
    return others === undefined
      ? []
      : [
          `The file ${file} holds a secret, and can be read by others (${others}). Let only the account that runs zivsync read it.`,
        ];
  });
  return (await Promise.all(notes)).flat();
}

/** The result of a call and how long it took, or the problems that it ended in. */
type Attempt<T> = { readonly seconds: number } & (
  | { readonly value: T }
  | { readonly problems: readonly Problem[] }
);

async function attempt<T>(io: CommandIo, call: () => Promise<T>): Promise<Attempt<T>> {
  const started = io.clock.now();
  const seconds = () => Math.round(io.clock.now() - started) / 1000;
  try {
    const value = await call();
    return { value, seconds: seconds() };
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    return { problems: error.problems, seconds: seconds() };
  }
}

async function checkTarget(configuration: Configuration, io: CommandIo): Promise<CheckedTarget> {
  const { url } = configuration.target;
  io.progress(`Reading the accounts of ${url}`);
  const read = await attempt(io, async () => (await openForReading(configuration, io)).read());
  if (!("value" in read)) return { ok: false, url, ...read };
  const { value: live, seconds } = read;
  const used = new Set(live.map(({ address }) => domainOf(address)));
  const { claimedDomains } = configuration.policy;
  return {
    ok: true,
    url,
    seconds,
    personal: live.filter(({ kind }) => kind === "personal").length,
    functional: live.filter(({ kind }) => kind === "functional").length,
    domainsInUse: claimedDomains.filter((domain) => used.has(domain)),
    domainsNotInUse: claimedDomains.filter((domain) => !used.has(domain)),
  };
}

type SourceAttempt = Attempt<Reading> & {
  readonly profile: string;
  readonly name: string;
  readonly type: string;
};

async function readAll(
  profiles: readonly ProfileConfiguration[],
  configuration: Configuration,
  io: CommandIo,
): Promise<readonly SourceAttempt[]> {
  const attempts: SourceAttempt[] = [];
  for (const { policy, sources } of profiles) {
    for (const config of sources) {
      io.progress(`Reading ${policy.name} / ${config.name}`);
      const read = await attempt(io, () => readSource(config, configuration, io));
      attempts.push({ profile: policy.name, name: config.name, type: config.type, ...read });
    }
  }
  return attempts;
}

function readingsOf(profiles: readonly ProfileConfiguration[], attempts: readonly SourceAttempt[]) {
  return profiles.map(({ policy }) => ({
    policy,
    readings: attempts.flatMap((one) => (one.profile === policy.name && "value" in one ? [one.value] : [])),
  }));
}

/** `partly`: another source of the profile could not be read, so nobody knows what becomes of the records of this one. */
function judge(read: SourceAttempt, desired: Followed, partly: boolean): CheckedSource {
  const { profile, name, type, seconds } = read;
  const place = { profile, source: name, type, seconds };
  if (!("value" in read)) return { ok: false, ...place, problems: read.problems };
  const { records, facts = [] } = read.value;
  const ofKind = KINDS.map((kind) => records.filter((record) => record.kind === kind));
  const [personal = [], functional = []] = ofKind;
  const first = ofKind.flatMap((some) =>
    some.slice(0, FIRST).map((record) => desired.fates.list(profile, record)),
  );
  const complete = !desired.incompleteSources.has(`${profile}/${name}`);
  return {
    ok: complete,
    ...place,
    complete,
    records: { personal: personal.length, functional: functional.length },
    facts,
    findings: findingsOf(desired, partly).filter(
      ({ where }) => where.profile === profile && where.source === name,
    ),
    first: partly ? first.map((one) => ({ ...one, becomes: UNKNOWN })) : first,
  };
}

const UNKNOWN = "unknown: another source is not read";

function findingsOf({ findings, ofAccounts }: Followed, partly: boolean): readonly Finding[] {
  if (partly) return findings.filter(({ code }) => code !== "supplement-without-account");
  return [...findings, ...ofAccounts];
}
