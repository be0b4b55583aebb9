import { resolve } from "node:path";
import type { Problem } from "../../model/values/errors.ts";
import type { WrittenOrganization } from "../schema/types.ts";
import { quote } from "../schema/wording.ts";
import type { ConfigFile } from "../yaml/config-file.ts";
import type { StateConfig } from "./configuration.ts";

const DEFAULT_BRANCH = "zivsync-state";

/** The place of the state between runs; undefined where none is asked for. Pure. */
export function buildState(
  { state }: WrittenOrganization,
  { document, folder }: ConfigFile,
  problems: Problem[],
): StateConfig | undefined {
  if (state === undefined) return undefined;
  if (state.store === "file") return { store: "file", path: resolve(folder, state.path) };
  const { branch = DEFAULT_BRANCH, remote } = state;
  if (!isRefName(branch)) {
    problems.push({
      code: "config-shape",
      where: document.at(["state", "branch"]),
      message: `${quote(branch)} cannot be the name of a branch in Git.`,
      remedy: `Write a name such as \`${DEFAULT_BRANCH}\`, or leave \`branch\` out.`,
    });
  }
  if (remote !== undefined && remote !== "" && !isRefName(remote)) {
    problems.push({
      code: "config-shape",
      where: document.at(["state", "remote"]),
      // It is not quoted: an address that was put here may hold a password.
      message: "`state.remote` is not the name of a Git remote, and an address is not taken here.",
      remedy: "Write a name that `git remote` shows, such as `origin`, or leave `remote` out.",
    });
  }
  return { store: "git", branch, ...(remote === undefined ? {} : { remote }) };
}

/** The rules of `git check-ref-format --branch`, but no `@`, which is short for HEAD elsewhere. */
export function isRefName(name: string): boolean {
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\.$|^-/.test(name) || name === "@" || name === "HEAD")
    return false;
  return name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}
