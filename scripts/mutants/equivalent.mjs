import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** Mutants that change nothing that anybody could see, each with the reason, and those that were listed and are gone. */
export function equivalents(path) {
  const listed = parse(readFileSync(path, "utf8")) ?? [];
  const used = new Set();
  const isSame = (one, { file, code, before, after }) =>
    one.file === file && code === one.line && before === one.before && [one.after].flat().includes(after);
  return {
    has(mutant) {
      const found = listed.find((one) => isSame(one, mutant));
      if (found) used.add(found);
      return found !== undefined;
    },
    unused: (files) => listed.filter((one) => files.includes(one.file) && !used.has(one)),
  };
}
