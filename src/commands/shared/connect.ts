import { createHash } from "node:crypto";
import type { Configuration, ProfileConfiguration } from "../../config/organization/configuration.ts";
import { createSecretReader, readSealKey } from "../../config/secrets/secrets.ts";
import type { LiveAccount } from "../../model/account/account.ts";
import type { ProfileReadings, Reading, Target } from "../../model/ports.ts";
import type { SourceConfig } from "../../model/source-config/source-config.ts";
import { InputError, type Problem, ZivsyncError } from "../../model/values/errors.ts";
import type { Secret } from "../../model/values/secret.ts";
import { compareText } from "../../model/values/text.ts";
import { progressLine } from "../../review/text/terminal/progress.ts";
import { createSource } from "../../sources/registry.ts";
import { deriveSealKeys, type SealKeys } from "../../storage/plan/seal.ts";
import type { TargetOptions } from "../../zivver/target.ts";
import type { CommandIo } from "./io.ts";

/** The settings of a connection to Zivver; of a configuration, or of one that is yet to be written. */
export type Connection = Pick<Configuration, "target"> & {
  readonly policy: Pick<Configuration["policy"], "rateLimit">;
};

/** The API key that a configuration refers to. Throws InputError. */
async function readApiKey(configuration: Pick<Configuration, "target">, io: CommandIo): Promise<Secret> {
  return createSecretReader(io.environment)(configuration.target.apiKey, configuration.target.apiKeyWhere);
}

/** The keys that seal and open the plans of an organisation. Throws InputError. */
export async function readSealKeys(configuration: Configuration, io: CommandIo): Promise<SealKeys> {
  const secret = configuration.sealKey
    ? await readSealKey(configuration.sealKey, createSecretReader(io.environment))
    : await readApiKey(configuration, io);
  return deriveSealKeys(secret, configuration.target.url);
}

/**
 * A connection to the organisation's Zivver; nothing is sent before its first call. `mayWrite` is asked right before each request
 * that changes something.
 */
export function openTarget(
  configuration: Connection,
  io: CommandIo,
  mayWrite?: () => boolean,
): Promise<Target> {
  return connectTarget(configuration, io, { readsOnly: false, ...(mayWrite ? { mayWrite } : {}) });
}

/** The same for those who change nothing. */
export function openForReading(configuration: Connection, io: CommandIo): Promise<Pick<Target, "read">> {
  return connectTarget(configuration, io, { readsOnly: true });
}

async function connectTarget(
  configuration: Connection,
  io: CommandIo,
  how: Pick<TargetOptions, "readsOnly" | "mayWrite">,
): Promise<Target> {
  const { createTarget } = await import("../../zivver/target.ts");
  return createTarget({
    ...(await targetOptions(configuration, io)),
    onProgress: io.progress,
    onReceived: receivedBy(io),
    ...how,
  });
}

/** The target's address, and the rules that a connection to it keeps. Throws InputError. */
export async function targetOptions(
  configuration: Connection,
  io: CommandIo,
): Promise<Omit<TargetOptions, "onProgress" | "onReceived">> {
  const { url, apiKeyEncoding, settleMs } = configuration.target;
  return {
    ...(settleMs === undefined ? {} : { settleMs }),
    url,
    apiKey: await readApiKey(configuration, io),
    apiKeyEncoding,
    rateLimit: configuration.policy.rateLimit,
    clock: io.clock,
    version: io.version,
    allowedHosts: (io.environment.ZIVSYNC_TARGET_HOSTS ?? "").split(/[\s,;]+/).filter((host) => host !== ""),
    environment: io.environment,
  };
}

/** A list is one answer, so its progress is in kilobytes. Short answers are not shown. */
function receivedBy(io: CommandIo): (bytes: number, of: number | undefined) => void {
  let startedAt = io.clock.now();
  let last = 0;
  const kilobytes = (bytes: number) => Math.round(bytes / 1000);
  return (bytes, of) => {
    // Fewer than before: another answer has begun.
    if (bytes < last) startedAt = io.clock.now();
    last = bytes;
    if (bytes < SHOWN_FROM_BYTES) return;
    const step = {
      done: kilobytes(bytes),
      unit: "kB",
      ...(of === undefined ? {} : { of: kilobytes(of) }),
    };
    io.progress(progressLine("Reading the accounts of Zivver", step, startedAt, io.clock.now()));
  };
}

const SHOWN_FROM_BYTES = 100_000;

/** Reads one source. Throws InputError or RemoteError when it cannot be used at all. */
export async function readSource(
  config: SourceConfig,
  { defaultPhoneRegion, directory, target, sealKey }: Configuration,
  io: CommandIo,
): Promise<Reading> {
  const startedAt = io.clock.now();
  const source = createSource(config, {
    readSecret: createSecretReader(io.environment, [target.apiKey, ...(sealKey ? [sealKey] : [])]),
    clock: io.clock,
    programs: { environment: io.environment, directory },
    onProgress: (done, unit) =>
      io.progress(progressLine(`Reading ${config.name}`, { done, unit }, startedAt, io.clock.now())),
    ...(defaultPhoneRegion === undefined ? {} : { phoneRegion: defaultPhoneRegion }),
  });
  return source.read();
}

/**
 * Reads all sources of the given profiles of a configuration, but those that are `known` already. What is wrong with them is
 * thrown together.
 */
export async function readSources(
  profiles: readonly ProfileConfiguration[],
  configuration: Configuration,
  io: CommandIo,
  known: (source: SourceConfig) => Reading | undefined = () => undefined,
): Promise<ProfileReadings[]> {
  const problems: Problem[] = [];
  const readings: ProfileReadings[] = [];
  for (const { policy, sources } of profiles) {
    const ofProfile: Reading[] = [];
    for (const config of sources) {
      io.progress(`Reading ${policy.name} / ${config.name}`);
      try {
        ofProfile.push(known(config) ?? (await readSource(config, configuration, io)));
      } catch (error) {
        if (!(error instanceof ZivsyncError)) throw error;
        problems.push(...error.problems);
      }
    }
    readings.push({ policy, readings: ofProfile });
  }
  if (problems.length > 0) throw new InputError(problems);
  return readings;
}

const LINES_AT_ONCE = 1000;

/** One digest for what was read of Zivver, whatever the order. */
export function liveDigest(live: readonly LiveAccount[]): string {
  const hash = createHash("sha256");
  const sorted = [...live].sort(byLine);
  // Neither a call for each of a million lines nor the text of all: that would be 200 MB.
  for (let at = 0; at < sorted.length; at += LINES_AT_ONCE)
    hash.update(
      sorted
        .slice(at, at + LINES_AT_ONCE)
        .map(lineOf)
        .join(""),
    );
  return `sha256:${hash.digest("hex")}`;
}

function lineOf({ zivverId, fingerprint }: LiveAccount): string {
  return `${zivverId} ${fingerprint}\n`;
}

/** Two ids of one length say which line comes first, unless they are the same. */
function byLine(a: LiveAccount, b: LiveAccount): number {
  const [idOfA, idOfB] = [a.zivverId, b.zivverId];
  const isDecidedByIds = idOfA.length === idOfB.length && idOfA !== idOfB;
  return isDecidedByIds ? compareText(idOfA, idOfB) : compareText(lineOf(a), lineOf(b));
}
