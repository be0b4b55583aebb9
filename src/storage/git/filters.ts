/** The settings that `git lfs install --local` writes, as actions/checkout does: the files would be pointers without them. */
const OF_LFS: Readonly<Record<string, RegExp>> = {
  clean: /^git-lfs clean -- %f$/,
  smudge: /^git-lfs smudge (?:--skip )?-- %f$/,
  process: /^git-lfs filter-process(?: --skip)?$/,
};

/** Asks for the filters of a repository with the scope of each setting. It runs no program. */
export const ASK_FILTERS: readonly string[] = [
  ...["config", "--includes", "--show-scope", "--null"],
  ...["--get-regexp", "^filter\\..*\\.(clean|smudge|process|required)$"],
];

/**
 * Variables that switch off the filters which the settings of a repository itself name, and none of the person's or the
 * machine's. Files pick a filter by their attributes, which a pull request can change. `answer` is what Git said to
 * `ASK_FILTERS`. They add to the settings that the environment has already.
 */
export function withoutFilters(answer: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const words = answer.split("\0");
  const drivers = new Set<string>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [scope, setting = ""] = [words[at], words[at + 1]];
    const end = setting.indexOf("\n");
    const key = end === -1 ? setting : setting.slice(0, end);
    const [, driver, part = ""] = /^(filter\..*)\.([a-z]+)$/s.exec(key) ?? [];
    const isOwn = scope === "local" || scope === "worktree";
    if (driver === undefined || !isOwn || part === "required") continue;
    if (!OF_LFS[part]?.test(setting.slice(end + 1))) drivers.add(driver);
  }
  const off = [...drivers].flatMap((driver) => [
    ...["clean", "smudge", "process"].map((part) => [`${driver}.${part}`, ""] as const),
    [`${driver}.required`, "false"] as const,
  ]);
  if (off.length === 0) return {};
  const first = Number.parseInt(environment.GIT_CONFIG_COUNT ?? "", 10) || 0;
  const variables: NodeJS.ProcessEnv = { GIT_CONFIG_COUNT: String(first + off.length) };
  for (const [index, [key, value]] of off.entries()) {
    variables[`GIT_CONFIG_KEY_${first + index}`] = key;
    variables[`GIT_CONFIG_VALUE_${first + index}`] = value;
  }
  return variables;
}
