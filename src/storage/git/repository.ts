import type { SimpleGitOptions } from "simple-git";
import { LARGEST_BYTES } from "../files/files.ts";
import { environmentForPrograms, findProgram } from "../files/programs.ts";

export type GitRepository = {
  /** Runs one command of Git without a shell and gives its stdout as it is. Throws GitFailure. */
  run(words: readonly string[], input?: string): Promise<string>;
};

/** A command of Git that failed. `output` is all that it wrote, without credentials. */
export class GitFailure extends Error {
  override readonly name = "GitFailure";
  readonly output: string;
  constructor(output: string) {
    super(output);
    this.output = output;
  }
}

/** A command that says nothing for this long has hung. */
export const SILENCE_MS = 120_000;
/** A time limit for every command, regardless of its output. */
export const LONGEST_RUN_MS = 15 * 60_000;
/** Bytes that a command may write: a state is the most that is read from Git. */
export const LARGEST_OUTPUT = LARGEST_BYTES;

type Bounds = { readonly silenceMs?: number; readonly longestMs?: number; readonly largestOutput?: number };

/** The Git repository that a folder lies in; nothing is run before the first command, and nothing ever asks for a password. */
export function openGitRepository(
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
  bounds: Bounds = {},
): GitRepository {
  const { silenceMs = SILENCE_MS, longestMs = LONGEST_RUN_MS, largestOutput = LARGEST_OUTPUT } = bounds;
  const env = environmentOf(environment);
  const options: Partial<SimpleGitOptions> = {
    baseDir: folder,
    unsafe: OWN_ENVIRONMENT,
    timeout: { block: silenceMs },
    errors: (error, { exitCode, stdOut, stdErr }) => {
      // simple-git takes a failure without a word for a success.
      if (error !== undefined || exitCode === 0) return error;
      return Buffer.concat([...stdOut, ...stdErr, Buffer.from(`it ended with code ${exitCode}`)]);
    },
  };
  const start = async (words: readonly string[], more: NodeJS.ProcessEnv, input?: string) => {
    const { simpleGit } = await import("simple-git");
    const binary = await findProgram("git", env);
    if (binary === undefined) throw new GitFailure("spawn git ENOENT");
    const allowEnvironment = Object.keys({ ...env, ...more });
    const watch = new OutputWatch(longestMs, largestOutput);
    const found = { ...options, binary, allowEnvironment, abort: watch.signal };
    try {
      const git = simpleGit(input === undefined ? found : { ...found, input: () => input });
      git.outputHandler((_, out, err) => watch.add(out, err));
      return await git.env({ ...env, ...more }).raw([...RUNS_NOTHING, ...words]);
    } catch (error) {
      if (watch.trouble !== undefined) throw new GitFailure(`git ${words[0]} ${watch.trouble}`);
      throw new GitFailure(withoutCredentials(error instanceof Error ? error.message : String(error)));
    } finally {
      watch.end();
    }
  };
  let filters: Promise<NodeJS.ProcessEnv> | undefined;
  // Where there is no filter at all, Git fails without a word.
  const readFilters = async () => withoutFilters(await start(ASK_FILTERS, {}).catch(() => ""), env);
  return {
    async run(words, input) {
      const isFiltering = words.some((word) => FILTERING.has(word));
      filters ??= isFiltering ? readFilters() : undefined;
      return start(words, isFiltering ? ((await filters) ?? {}) : {}, input);
    },
  };
}

/** The commands of Git that look into files of a checkout or write them. */
const FILTERING: ReadonlySet<string> = new Set([
  "status",
  "diff",
  "add",
  "worktree",
  "checkout",
  "hash-object",
]);

/**
 * Settings of the person or machine that runs zivsync for its own Git. simple-git refuses these where they may come from
 * strangers; here no word of a command but a checked branch and remote comes from a file.
 */
const OWN_ENVIRONMENT: NonNullable<SimpleGitOptions["unsafe"]> = {
  allowUnsafeAskPass: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCustomBinary: true,
  allowUnsafeFilter: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeExec: true,
  allowUnsafeGitProxy: true,
  allowUnsafeHooksPath: true,
  allowUnsafeInclude: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeUrlRewrite: true,
};

const NO_FILE = process.platform === "win32" ? "NUL" : "/dev/null";

/**
 * A repository in the folder of the configuration may be anybody's, and its settings name programs: no repository is taken
 * for one just because its files lie there, and no monitor, hook, pager, signature check or remote that is a command runs.
 */
const RUNS_NOTHING: readonly string[] = [
  "safe.bareRepository=explicit",
  "core.fsmonitor=false",
  `core.hooksPath=${NO_FILE}`,
  "protocol.ext.allow=never",
  "core.pager=cat",
  "core.askPass=",
  "core.alternateRefsCommand=:",
  "log.showSignature=false",
  "push.gpgSign=false",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  // Nor does a repository say that another history is its own.
  "core.useReplaceRefs=false",
  // Git warns of every graft file, also of the empty one that it is given here.
  "advice.graftFileDeprecated=false",
].flatMap((setting) => ["-c", setting]);

// Of another repository, as in a hook (git rev-parse --local-env-vars), or of editors and pagers that nobody needs here.
const LEFT_OUT =
  /^(?:GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|SHALLOW_FILE|QUARANTINE_PATH|EDITOR|SEQUENCE_EDITOR|PAGER|EXTERNAL_DIFF|TEMPLATE_DIR)|EDITOR|VISUAL|PAGER|PREFIX)$/i;

function environmentOf(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environmentForPrograms(environment)).filter(([name]) => !LEFT_OUT.test(name));
  return {
    ...Object.fromEntries(kept),
    GIT_TERMINAL_PROMPT: "0",
    GIT_GRAFT_FILE: NO_FILE,
    LC_ALL: "C",
    LANGUAGE: "C",
  };
}

/** The part before the last `@` of a word with `://` may be a user name, a password or a token. */
function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)\S*@/gi, "$1");
}

/** The settings that `git lfs install --local` writes, as actions/checkout does: the files would be pointers without them. */
const OF_LFS: Readonly<Record<string, RegExp>> = {
  clean: /^git-lfs clean -- %f$/,
  smudge: /^git-lfs smudge (?:--skip )?-- %f$/,
  process: /^git-lfs filter-process(?: --skip)?$/,
};

/** Asks for the filters of a repository with the scope of each setting. It runs no program. */
const ASK_FILTERS: readonly string[] = [
  ...["config", "--includes", "--show-scope", "--null"],
  ...["--get-regexp", "^filter\\..*\\.(clean|smudge|process|required)$"],
];

/**
 * Variables that switch off the filters which the settings of a repository itself name, and none of the person's or the
 * machine's. Files pick a filter by their attributes, which a pull request can change. `answer` is what Git said to
 * `ASK_FILTERS`. They add to the settings that the environment has already.
 */
function withoutFilters(answer: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
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

/** Ends a program that runs for too long or writes too much. */
class OutputWatch {
  readonly #controller = new AbortController();
  readonly #deadline: NodeJS.Timeout;
  readonly #largest: number;
  #bytes = 0;
  #trouble: string | undefined;

  constructor(longestMs: number, largest: number) {
    this.#largest = largest;
    this.#deadline = setTimeout(
      () => this.#stop(`has not ended within ${longestMs / 1000} seconds, and was stopped`),
      longestMs,
    );
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The reason why it was ended. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  add(...streams: readonly NodeJS.ReadableStream[]): void {
    for (const stream of streams) {
      stream.on("data", (piece: Uint8Array) => {
        this.#bytes += piece.length;
        if (this.#bytes > this.#largest) this.#stop("wrote more than zivsync reads, and was stopped");
      });
    }
  }

  end(): void {
    clearTimeout(this.#deadline);
  }

  #stop(trouble: string): void {
    this.#trouble ??= trouble;
    this.#controller.abort();
  }
}
