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
  if (written.program !== undefined)
    return { ...common, input: buildProgram(written, written.program, place, problems) };
  const path = resolve(place.file.folder, written.file ?? "");
  return { ...common, input: { type: "file", file: { path, shownAs: showPath(place.directory, path) } } };
}

/** What `extra` holds is known when a record is read. */
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
