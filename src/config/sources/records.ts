import { posix, resolve, win32 } from "node:path";
import type { RecordsConfig, RecordsProgram } from "../../model/source-config/records.ts";
import type { Problem } from "../../model/values/errors.ts";
import { absoluteSecret } from "../organization/organization.ts";
import type { WrittenRecords } from "../schema/types.ts";
import { quote } from "../schema/wording.ts";
import { parseDuration } from "../values/duration.ts";
import { type ConfigFile, showPath } from "../yaml/config-file.ts";
import type { Path } from "../yaml/yaml.ts";
import { anyName, buildKindFilters, groupOfAccounts } from "./filter/record-filter.ts";

type Place = { readonly directory: string; readonly file: ConfigFile; readonly path: Path };

const TIMEOUT = "10m";

/** A records source as the program uses it: a file or a program. Pure. */
export function buildRecords(written: WrittenRecords, place: Place, problems: Problem[]): RecordsConfig {
  const { document } = place.file;
  const filters = buildKindFilters(written, RULES, { document, path: place.path }, problems);
  const common = {
    type: "records",
    name: written.name,
    ...(Object.keys(filters).length === 0 ? {} : { filters }),
  } as const;
  for (const problem of contradictions(written))
    problems.push({ code: "config-shape", where: document.at(place.path), ...problem });
  if (written.program !== undefined)
    return { ...common, input: buildProgram(written, written.program, place, problems) };
  const path = resolve(place.file.folder, written.file ?? "");
  return { ...common, input: { type: "file", file: { path, shownAs: showPath(place.directory, path) } } };
}

function contradictions({ file, program, timeout, secrets }: WrittenRecords) {
  const found: Pick<Problem, "message" | "remedy">[] = [];
  if (file === undefined && program === undefined)
    found.push({
      message: "The source has neither `file` nor `program`, so nothing says where its records are.",
      remedy: "Write for example `file: ../people.jsonl`, or `program: [/opt/hr/export.py]`.",
    });
  if (file !== undefined && program !== undefined)
    found.push({
      message: "The source has both `file` and `program`, and only one of the two could give its records.",
      remedy: "Remove one, or make two sources of them.",
    });
  if (program === undefined && (timeout !== undefined || secrets !== undefined))
    found.push({
      message: "`timeout` and `secrets` are for a program, and this source has none.",
      remedy: "Remove them, or add `program`.",
    });
  return found;
}

/** Other names could make a program run something: `BASH_ENV`, `NODE_OPTIONS`, `LD_PRELOAD` and many more. */
const SECRET_NAME = /^[A-Z][A-Z0-9_]{0,63}(?:PASSWORD|TOKEN|SECRET|KEY)$/;

function checkSecretName(name: string, where: string): readonly Problem[] {
  if (SECRET_NAME.test(name)) return [];
  const message = `A program gets its secrets in variables whose names end in PASSWORD, TOKEN, SECRET or KEY, and ${quote(name)} does not: other variables may change what a program runs.`;
  return [{ code: "config-shape", where, message, remedy: "Name it for example `HR_PASSWORD`." }];
}

/** The content of `extra` is known when a record is read. */
const RULES = { source: "records", own: anyName, group: groupOfAccounts };

function buildProgram(
  { timeout = TIMEOUT, secrets = {} }: WrittenRecords,
  argv: readonly string[],
  { file, path }: Place,
  problems: Problem[],
): RecordsProgram {
  const where = file.document.at([...path, "program"]);
  const [program = ""] = argv;
  if (!posix.isAbsolute(program) && !win32.isAbsolute(program))
    problems.push({
      code: "config-shape",
      where: file.document.at([...path, "program", 0]),
      message: `${quote(program)} is not an absolute path, so it hangs on the folder which program is meant.`,
      remedy: "Write the whole path, as ZIVSYNC_PROGRAMS has it, for example `/opt/hr/export.py`.",
    });
  for (const name of Object.keys(secrets))
    problems.push(...checkSecretName(name, file.document.atKey([...path, "secrets", name])));
  return {
    type: "program",
    argv,
    where,
    timeoutMs: parseDuration(timeout),
    secrets: Object.fromEntries(
      Object.entries(secrets).map(([name, ref]) => [
        name,
        {
          ref: absoluteSecret(ref, file.folder),
          where: file.document.at([...path, "secrets", name]),
        },
      ]),
    ),
  };
}
