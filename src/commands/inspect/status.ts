import { loadConfiguration } from "../../config/load.ts";
import { parseDuration } from "../../config/values/duration.ts";
import { buildStatus, type Status } from "../../model/run/status.ts";
import { InputError } from "../../model/values/errors.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { renderPrometheus } from "../../review/text/prometheus.ts";
import { renderStatus } from "../../review/text/status.ts";
import { organizationOf } from "../notify/build-run.ts";
import { readSealKeys } from "../shared/connect.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import { openMemory } from "../shared/open-state.ts";

export type StatusOptions = CommonOptions & {
  readonly format: "text" | "json" | "prometheus";
  readonly maxAge?: string;
};

/** `zivsync status`: what the state says of runs, and of what is held back, incomplete or due. Reads no source and not Zivver. */
export async function status(options: StatusOptions, io: CommandIo): Promise<ExitCode> {
  const maxAgeMs = options.maxAge === undefined ? undefined : parseMaxAge(options.maxAge);
  const configuration = await loadConfiguration(options.directory);
  const memory = await openMemory(configuration, await readSealKeys(configuration, io), io);
  if (memory === undefined) throw stateRequired();
  const shown = buildStatus(memory.state, {
    organization: organizationOf(configuration),
    deletedAfterDays: configuration.deletedAfterDays,
    at: new Date(io.clock.now()).toISOString(),
  });
  const format = options.json ? "json" : options.format;
  if (format === "json") io.out(jsonLine(JSON.stringify(shown)));
  else if (format === "prometheus") io.out(renderPrometheus(shown));
  else io.out(renderStatus(shown, { color: io.color, width: io.width }));
  const stale = maxAgeMs === undefined ? undefined : whyStale(shown, maxAgeMs, options.maxAge ?? "");
  if (stale === undefined) return 0;
  io.note(stale);
  return 1;
}

/** Clocks of two machines differ by less. */
const CLOCKS_MS = 5 * 60_000;

/** A success in the future says that a clock is or was wrong: it must not hide that nothing runs. */
function whyStale({ success }: Status, maxAgeMs: number, maxAge: string): string | undefined {
  if (success === null) return `No run has ended in good order yet, and --max-age allows ${maxAge}.`;
  const age = success.ageSeconds * 1000;
  if (age > maxAgeMs) return `The last success, ${success.at}, is older than ${maxAge}.`;
  if (age < -CLOCKS_MS)
    return `The last success, ${success.at}, is in the future: a clock is wrong, or was when zivsync ran.`;
  return undefined;
}

function parseMaxAge(text: string): number {
  if (/^[1-9]\d{0,4}[smhd]$/.test(text)) return parseDuration(text);
  throw new InputError({
    code: "usage",
    where: "--max-age",
    message: `"${text.slice(0, 40)}" is not a length of time.`,
    remedy: "Write a whole number with `s`, `m`, `h` or `d`, such as `26h`.",
  });
}

function stateRequired(): InputError {
  return new InputError({
    code: "state-required",
    where: "organization.yaml",
    message: "There is no `state`, and all that `status` shows is kept there.",
    remedy: "Add `state`, for example `state: { store: git, branch: zivsync-state }`.",
  });
}
