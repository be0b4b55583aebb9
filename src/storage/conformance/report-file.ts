import type { ConformanceReport } from "../../model/conformance.ts";
import { InputError, type Problem } from "../../model/values/errors.ts";
import { parseJson } from "../../model/values/json.ts";
import { readTextFile, writeFileAtomically } from "../files/files.ts";

/** Of a report, or of what a killed run has left. */
export const LARGEST_REPORT = 1024 * 1024;

export async function writeReport(path: string, report: ConformanceReport): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(report, null, 2)}\n`);
}

/** Reads a report; `validate` gives what is wrong with it. Throws InputError. */
export async function readReport(
  path: string,
  validate: (data: unknown) => readonly Problem[],
): Promise<ConformanceReport> {
  const data = parseJson((await readTextFile(path, LARGEST_REPORT)).replace(/^\ufeff/, ""));
  if (data === undefined) {
    throw new InputError({
      code: "conformance-file",
      where: path,
      message: "The file is not JSON, so it is not a report of `zivsync conformance`.",
      remedy: "Give the file that `zivsync conformance -o` wrote, unchanged.",
    });
  }
  const problems = validate(data);
  if (problems.length > 0)
    throw new InputError(problems.map((one) => ({ ...one, where: `${path}${one.where ?? ""}` })));
  return data as ConformanceReport;
}
