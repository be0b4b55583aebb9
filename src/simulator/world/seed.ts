import { InputError, type Problem } from "../../model/values/errors.ts";
import { asObject, isTooDeep, type JsonObject, kindOf } from "../../model/values/json.ts";

type SeedAccount = {
  readonly address: string;
  readonly fullName: string;
  readonly aliases?: readonly string[];
  readonly division?: string;
  /** Left out: made from the seed. */
  readonly id?: string;
  /** Attributes of the enterprise extension, except for the division. */
  readonly enterprise?: JsonObject;
  /** Keys of the Zivver extension without a meaning, such as ExternalAccountId. */
  readonly extra?: JsonObject;
};

export type SeedPersonal = SeedAccount & {
  readonly active?: boolean;
  readonly delegates?: readonly string[];
  readonly phone?: string;
  /** As SCIM has them; instead of `phone`. */
  readonly phoneNumbers?: readonly unknown[];
  readonly nickName?: string;
  readonly accountKey?: string;
  readonly password?: string;
};

export type SeedFunctional = SeedAccount & {
  /** Addresses or ids of accounts of this seed; a uuid may be nobody's. */
  readonly members?: readonly string[];
};

export type SeedHidden =
  | ({ readonly kind: "personal" } & SeedPersonal)
  | ({ readonly kind: "functional" } & SeedFunctional);

/** An organisation, easily written by hand. A state file is one too, with every id given. */
export type SimulatorSeed = {
  readonly claimedDomains: readonly string[];
  readonly divisions?: readonly string[];
  readonly guests?: readonly string[];
  /** Address or id of the admin whose API key is used; deleting that account kills the key. */
  readonly admin?: string;
  readonly personal?: readonly SeedPersonal[];
  readonly functional?: readonly SeedFunctional[];
  /** Accounts that exist and that no listing shows. */
  readonly hidden?: readonly SeedHidden[];
  readonly randomSeed?: number;
  /** How many ids were given out. */
  readonly created?: number;
};

type Form = { readonly is: string; readonly fits: (value: unknown) => boolean };
type Shape = Readonly<Record<string, Form>>;

const text: Form = { is: "text", fits: (value) => typeof value === "string" };
const texts: Form = { is: "a list of text", fits: (value) => Array.isArray(value) && value.every(text.fits) };
const list: Form = { is: "a list", fits: Array.isArray };
const truth: Form = { is: "true or false", fits: (value) => typeof value === "boolean" };
const object: Form = { is: "an object", fits: (value) => asObject(value) !== undefined };
const whole: Form = {
  is: "a whole number",
  fits: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};
const kind: Form = {
  is: '"personal" or "functional"',
  fits: (value) => value === "personal" || value === "functional",
};

const ACCOUNT: Shape = {
  address: text,
  fullName: text,
  aliases: texts,
  division: text,
  id: text,
  extra: object,
  enterprise: object,
};
const PERSONAL: Shape = {
  ...ACCOUNT,
  active: truth,
  delegates: texts,
  phone: text,
  phoneNumbers: list,
  nickName: text,
  accountKey: text,
  password: text,
};
const FUNCTIONAL: Shape = { ...ACCOUNT, members: texts };
const SEED: Shape = {
  claimedDomains: texts,
  divisions: texts,
  guests: texts,
  admin: text,
  personal: list,
  functional: list,
  hidden: list,
  randomSeed: whole,
  created: whole,
};

/** Reads a seed or a state; `where` names the file. Throws InputError `simulator-state` with all that is wrong. */
export function parseSeed(json: string, where: string): SimulatorSeed {
  const problems: Problem[] = [];
  const value = parse(json, where);
  check(value, SEED, ["claimedDomains"], where, problems);
  const seed = asObject(value) ?? {};
  for (const [section, shape] of [
    ["personal", PERSONAL],
    ["functional", FUNCTIONAL],
  ] as const) {
    for (const [index, account] of entries(seed[section])) {
      check(account, shape, ["address", "fullName"], `${where}, ${section}[${index}]`, problems);
    }
  }
  for (const [index, account] of entries(seed.hidden)) {
    const shape = asObject(account)?.kind === "functional" ? FUNCTIONAL : PERSONAL;
    check(
      account,
      { kind, ...shape },
      ["kind", "address", "fullName"],
      `${where}, hidden[${index}]`,
      problems,
    );
  }
  if (problems.length > 0) throw new InputError(problems);
  return value as SimulatorSeed;
}

function entries(value: unknown): Iterable<[number, unknown]> {
  return Array.isArray(value) ? value.entries() : [];
}

function parse(json: string, where: string): unknown {
  if (isTooDeep(json)) {
    const message = "Its values are nested deeper than 64 levels, and no organisation is.";
    throw new InputError({ code: "simulator-state", where, message, remedy: "Correct the file." });
  }
  try {
    return JSON.parse(json);
  } catch (error) {
    // The engine's own words quote the text, and with it account keys: only the position is taken from them.
    const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    const problem = {
      code: "simulator-state" as const,
      where: position === undefined ? where : `${where}:${lineAndColumn(json, Number(position))}`,
      message: "This is not JSON, so there is no organisation to begin with.",
      remedy: "Correct the file; a state file may also be deleted, to begin again.",
    };
    throw new InputError(problem);
  }
}

function lineAndColumn(json: string, position: number): string {
  const lines = json.slice(0, position).split("\n");
  return `${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
}

function check(
  value: unknown,
  shape: Shape,
  needed: readonly string[],
  where: string,
  problems: Problem[],
): void {
  const report = (message: string, remedy: string) =>
    problems.push({ code: "simulator-state", where, message, remedy });
  const fields = asObject(value);
  if (!fields) {
    report(`An object is needed here; this is ${kindOf(value)}.`, `Give it the keys ${needed.join(", ")}.`);
    return;
  }
  for (const key of needed)
    if (!(key in fields)) report(`\`${key}\` is missing.`, `Add it: ${shape[key]?.is}.`);
  for (const [key, member] of Object.entries(fields)) {
    const form = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (!form)
      report(`\`${key}\` is not a key of this place.`, `Use one of ${Object.keys(shape).join(", ")}.`);
    else if (!form.fits(member)) report(`\`${key}\` is ${kindOf(member)}.`, `It must be ${form.is}.`);
  }
}
