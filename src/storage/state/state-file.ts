import { createHmac } from "node:crypto";
import type { StandingUse } from "../../model/plan/standing.ts";
import type {
  AccountMemory,
  AppliedPlan,
  ReleasedAddress,
  SourceMemory,
  State,
  StateWitness,
} from "../../model/plan/state.ts";
import type { RunMemory } from "../../model/run/memory.ts";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import { type Problem, RefusedError } from "../../model/values/errors.ts";
import { asObject, parseJson } from "../../model/values/json.ts";
import { compareText } from "../../model/values/text.ts";
import { isSeal, type SealKeys, sha256 } from "../plan/seal.ts";
import { refuseOrganization, refuseState, refuseVersion, stateProblem } from "./errors.ts";

/** Checks one line against the schema of state files: the problems, none when it fits. */
export type StateLineValidator = (data: unknown) => readonly Problem[];

export type StateReading = {
  readonly keys: SealKeys;
  readonly validate: StateLineValidator;
  readonly migrations?: StateMigrations;
};

/**
 * The state as it is in a file: JSON Lines in canonical JSON, sorted, so that Git shows one line for one account. The
 * first line is the header, whose seal covers everything but itself.
 */
export function renderState(state: State, keys: SealKeys, version: string, serial = 0): string {
  const lines = [
    ...(state.runs === undefined ? [] : [{ type: "runs", ...state.runs }]),
    ...state.applied.map((plan) => ({ type: "applied", ...plan })),
    ...(state.standing ?? []).map((use) => ({ type: "standing", ...use })),
    ...[...(state.released ?? [])]
      .sort((a, b) => compareText(a.address, b.address))
      .map((row) => ({ type: "released", ...row })),
    ...[...state.sources]
      .sort((a, b) => compareText(a.profile, b.profile) || compareText(a.name, b.name))
      .map((source) => ({ type: "source", ...source })),
    ...[...state.accounts]
      .sort((a, b) => compareText(a.zivverId, b.zivverId))
      .map((account) => ({ type: "account", ...account })),
  ];
  const body = lines.map((line) => `${canonicalJson(line)}\n`).join("");
  const header = {
    type: "state",
    formatVersion: STATE_VERSION,
    zivsync: version,
    organization: keys.organization,
    lines: lines.length,
    ...(serial === 0 ? {} : { serial }),
  };
  return `${canonicalJson({ ...header, seal: sealOfState(header, body, keys) })}\n${body}`;
}

/**
 * How often a state was written up to this text; 0 of one that an older zivsync wrote, and where nothing can be read. Only the
 * seal says whether it is true.
 */
export function serialOf(text: string): number {
  const serial = parseObject(text.slice(0, Math.max(0, text.indexOf("\n"))))?.serial;
  return typeof serial === "number" && Number.isInteger(serial) && serial > 0 && serial < 1e15 ? serial : 0;
}

export function witnessOf(text: string | undefined): StateWitness | undefined {
  return text === undefined ? undefined : { serial: serialOf(text), digest: sha256(text) };
}

/** HMAC over the first line without its seal, and all other lines as they stand. */
export function sealOfState(header: StateLine, body: string, keys: SealKeys): string {
  const { seal: _, ...rest } = header;
  const hmac = createHmac("sha256", keys.state)
    .update(`${canonicalJson(rest)}\n`)
    .update(body);
  return `hmac-sha256:${hmac.digest("hex")}`;
}

/**
 * A state by its text: syntax, version, organisation, seal, then the shape of every line, older versions brought to the
 * present one. Throws RefusedError with what is wrong; `where` names the place of the text.
 */
export function parseState(text: string, where: string, reading: StateReading): State {
  const { keys, validate, migrations } = reading;
  const end = text.indexOf("\n");
  const first = end === -1 ? text : text.slice(0, end);
  const { header, version } = parseHeader(first, where);
  if (version > STATE_VERSION) refuseVersion(where, version, STATE_VERSION);
  if (typeof header.organization === "string" && header.organization !== keys.organization)
    refuseOrganization(where);
  const body = end === -1 ? "" : text.slice(end + 1);
  checkWhole(header, text, body, where);
  checkSeal(header, first, body, keys, where);
  const lines = migrate(parseLines(body, where), version, where, migrations);
  checkShape([{ ...header, formatVersion: STATE_VERSION }, ...lines], where, validate);
  return stateOf(lines, where);
}

function parseHeader(first: string, where: string): { header: StateLine; version: number } {
  if (first.trim() === "") {
    return refuseState(
      "state-syntax",
      where,
      "The state is empty, though zivsync never writes it without its first line",
    );
  }
  const header = parseObject(first);
  const version = header?.formatVersion;
  if (header?.type !== "state" || typeof version !== "number" || !Number.isSafeInteger(version)) {
    return refuseState(
      "state-syntax",
      `${where}:1`,
      "This is not a state of zivsync: the first line is not the one that zivsync writes",
    );
  }
  return { header, version };
}

function parseObject(line: string): StateLine | undefined {
  return asObject(parseJson(line)) as StateLine | undefined;
}

function checkWhole({ lines }: StateLine, text: string, body: string, where: string): void {
  const found = body.split("\n").length - 1;
  if (!text.endsWith("\n"))
    refuseState("state-damaged", where, "The state is cut off in the middle of a line");
  if (typeof lines === "number" && found < lines) {
    refuseState(
      "state-damaged",
      where,
      `The state is cut off: of ${lines} lines after the first, ${found} are there`,
    );
  }
}

function checkSeal(header: StateLine, first: string, body: string, keys: SealKeys, where: string): void {
  if (isSealed(header, first, body, keys)) return;
  refuseState(
    "state-damaged",
    where,
    "The seal does not fit: the state was changed by something else than zivsync",
  );
}

function isSealed(header: StateLine, first: string, body: string, keys: SealKeys): boolean {
  try {
    // Another order of its keys, or white space, would not show in a seal over what the first line means.
    if (canonicalJson(header) !== first) return false;
    return isSeal(String(header.seal), sealOfState(header, body, keys));
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function parseLines(body: string, where: string): readonly StateLine[] {
  return body
    .split("\n")
    .slice(0, -1)
    .map(
      (line, index) =>
        parseObject(line) ??
        refuseState("state-damaged", `${where}:${index + 2}`, "The line is not a JSON object"),
    );
}

const MOST_PROBLEMS = 10;

function checkShape(lines: readonly StateLine[], where: string, validate: StateLineValidator): void {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    if (problems.length >= MOST_PROBLEMS) break;
    for (const { where: part, message } of validate(line)) {
      const place = `${where}:${index + 1}${part === undefined ? "" : `: ${part}`}`;
      problems.push(stateProblem("state-damaged", place, message.replace(/\.$/, "")));
    }
  }
  if (problems.length > 0) throw new RefusedError(problems.slice(0, MOST_PROBLEMS));
}

/** The lines after the first, which fit the schema, as what they mean. */
function stateOf(lines: readonly StateLine[], where: string): State {
  const of = <T>(kind: string): T[] =>
    lines.filter(({ type }) => type === kind).map(({ type: _, ...rest }) => rest as T);
  const accounts = of<AccountMemory>("account").sort((a, b) => compareText(a.zivverId, b.zivverId));
  const twice = accounts.find(({ zivverId }, index) => accounts[index + 1]?.zivverId === zivverId);
  if (twice !== undefined) {
    const line = lines.findLastIndex(({ zivverId }) => zivverId === twice.zivverId) + 2;
    refuseState("state-damaged", `${where}:${line}`, `The account ${twice.address} is in the state twice`);
  }
  const standing = of<StandingUse>("standing");
  const released = of<ReleasedAddress>("released");
  const [runs, ...more] = of<RunMemory>("runs");
  if (more.length > 0) refuseState("state-damaged", where, "What is kept of runs is in the state twice");
  return {
    accounts,
    sources: of<SourceMemory>("source"),
    applied: of<AppliedPlan>("applied"),
    ...(standing.length === 0 ? {} : { standing }),
    ...(released.length === 0 ? {} : { released }),
    ...(runs === undefined ? {} : { runs }),
  };
}

/** One line of a state after the first, as JSON gives it. */
export type StateLine = Readonly<Record<string, unknown>>;

/** From version n to n + 1: all lines after the first. The first line has the same keys in every version. */
export type StateMigrations = Readonly<Record<number, (lines: readonly StateLine[]) => readonly StateLine[]>>;

const STATE_VERSION = 1;

/** There was no version before the first. */
const MIGRATIONS: StateMigrations = {};

/** Lifts lines of an older version step by step to the present one. Throws RefusedError `state-version`. */
function migrate(
  lines: readonly StateLine[],
  version: number,
  where: string,
  migrations: StateMigrations = MIGRATIONS,
): readonly StateLine[] {
  let lifted = lines;
  for (let from = version; from < STATE_VERSION; from++) {
    const step = Object.hasOwn(migrations, from) ? migrations[from] : undefined;
    if (step === undefined) return refuseVersion(where, version, STATE_VERSION);
    lifted = step(lifted);
  }
  return lifted;
}
