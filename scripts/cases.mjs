// How often each property is tried: in `npm test`, in the campaigns, and in an earlier commit. Prints a table for test/cases.md.
//
//     node scripts/cases.mjs [COMMIT]
//
// A file is known by its name, since folders were renamed. Constants such as `numRuns: RUNS` are looked up in the file.
import { execFileSync } from "node:child_process";

const git = (...words) => execFileSync("git", words, { encoding: "utf8", maxBuffer: 2 ** 28 });
const number = (text) => text.replaceAll("_", "");

/** The number that a word is: itself, or a constant of the file. None for one that `runs(sample, all)` gives, which is found by itself. */
function countOf(word, text) {
  if (/^[\d_]+$/.test(word)) return number(word);
  const constant = new RegExp(`const ${word} = (runs\\(|[\\d_]+)`).exec(text)?.[1];
  if (constant === undefined) return word;
  return constant === "runs(" ? [] : number(constant);
}

/** By name of the file: its numbers, in their order. */
function casesAt(commit) {
  const found = new Map();
  const files = git("ls-tree", "-r", "--name-only", commit, "test").split("\n");
  for (const file of files.filter((one) => one.endsWith(".ts"))) {
    const text = git("show", `${commit}:${file}`);
    const words = [...text.matchAll(/\bruns\(([\d_]+), ([\w]+)\)|\bnumRuns: (\w+)\b(?!\()/g)];
    const values = words.flatMap(([, sample, all, runs]) =>
      sample === undefined ? countOf(runs, text) : `${number(sample)} of ${countOf(all, text)}`,
    );
    const tests = text.match(/\b(?:it|test)(?:\.each|\.skipIf|\.runIf)?(?:<[^>]*>)?\(/g)?.length ?? 0;
    const name = file.replace(/^.*\//, "");
    const others = found.get(name) ?? { values: [], tests: 0 };
    found.set(name, { values: [...others.values, ...values], tests: others.tests + tests });
  }
  return found;
}

const [earlier, now] = [process.argv[2] ?? "HEAD", "HEAD"].map(casesAt);
const sum = (all) => [...all.values()].reduce((total, { tests }) => total + tests, 0);
console.log(`| file | ${process.argv[2] ?? "before"} | now |\n|---|---|---|`);
for (const [file, { values }] of [...now].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const before = earlier.get(file)?.values ?? [];
  if (values.length + before.length > 0)
    console.log(`| ${file} | ${before.join(", ") || "–"} | ${values.join(", ") || "–"} |`);
}
for (const [file, { values }] of earlier)
  if (!now.has(file) && values.length > 0) console.log(`| ${file} | ${values.join(", ")} | gone |`);
console.log(`| tests and tables in the source | ${sum(earlier)} | ${sum(now)} |`);
