import { compareText } from "../../model/account/account.ts";
import type { Problem } from "../../model/values/errors.ts";

/** The problems sorted by file, line and column, each once: two readers of one file find the same. Pure. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const placed = problems.map((problem) => ({ problem, ...placeOf(problem.where ?? "") }));
  placed.sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compareText(a.problem.message, b.problem.message),
  );
  const sorted = placed.map(({ problem }) => problem);
  return sorted.filter((problem, index) => {
    const before = sorted[index - 1];
    return before?.where !== problem.where || before?.message !== problem.message;
  });
}

function placeOf(where: string): { readonly file: string; readonly line: number; readonly column: number } {
  const [, file = where, line = "0", column = "0"] = /^(.*):(\d+):(\d+)$/.exec(where) ?? [];
  return { file, line: Number(line), column: Number(column) };
}
