import { InputError } from "../../model/values/errors.ts";
import { QUIRK_ROWS, type Quirk, type QuirkRow } from "../../zivver/conformance/questions/questions.ts";

export type { Quirk };

/** The quirks that are on. */
export type Quirks = ReadonlySet<Quirk>;

/** Every quirk, in the order of the questions that they answer. */
export const QUIRKS: readonly QuirkRow[] = QUIRK_ROWS;

export const DEFAULT_QUIRKS: Quirks = new Set(QUIRKS.filter((quirk) => quirk.on).map((quirk) => quirk.name));

/** How late lists, or single readings, show a write where nothing else is said: milliseconds. */
export const DEFAULT_LAG_MS = 1500;

/** The default quirks, or others, with some of them switched. */
export function withQuirks(
  switches: Readonly<Partial<Record<Quirk, boolean>>>,
  base: Quirks = DEFAULT_QUIRKS,
): Quirks {
  return new Set(QUIRKS.map((quirk) => quirk.name).filter((name) => switches[name] ?? base.has(name)));
}

const SWITCH = /^([^=]*)=(on|off|[1-9]\d{0,8})$/;
const takesMilliseconds = (name: Quirk) => name === "lists-lag";

/**
 * Reads switches as the command line gives them: `name=on`, `name=off`, and `lists-lag=1500`, over the quirks of `base`. Throws
 * InputError `usage`, all at once.
 */
export function parseQuirks(words: readonly string[], base: Quirks = DEFAULT_QUIRKS): Quirks {
  const switches: Partial<Record<Quirk, boolean>> = {};
  const wrong: string[] = [];
  for (const word of words) {
    const [, name, state = ""] = SWITCH.exec(word) ?? [];
    const quirk = QUIRKS.find((known) => known.name === name);
    if (quirk && (/^o/.test(state) || takesMilliseconds(quirk.name))) switches[quirk.name] = state !== "off";
    else wrong.push(word);
  }
  if (wrong.length > 0) throw new InputError(wrong.map(unknownQuirk));
  return withQuirks(switches, base);
}

/** How many milliseconds the switches of the command line let readings lag; undefined where they do not say. */
export function parseLag(words: readonly string[]): number | undefined {
  const found = words.flatMap((word) => /^lists-lag=(\d+)$/.exec(word)?.[1] ?? []);
  return found.length === 0 ? undefined : Number(found.at(-1));
}

function unknownQuirk(word: string) {
  const known = QUIRKS.map((quirk) => quirk.name).join(", ");
  return {
    code: "usage" as const,
    where: `--quirk ${word}`,
    message: "This is not a switch of a quirk.",
    remedy: `Write NAME=on or NAME=off, where NAME is one of ${known}.`,
  };
}
