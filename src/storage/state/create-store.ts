import type { StateStore } from "../../model/ports.ts";
import type { SealKeys } from "../plan/seal.ts";
import { createFileStateStore } from "./file-store.ts";
import { createGitStateStore } from "./git-store.ts";
import type { StateLineValidator } from "./state-file.ts";

/** Where a state is kept: an absolute path, or a branch of the Git repository that holds the configuration. */
export type StatePlace =
  | { readonly store: "file"; readonly path: string }
  | { readonly store: "git"; readonly branch: string; readonly remote?: string };

/**
 * The memory that a configuration in `folder` names; nothing is read before its first call. With `replace` there is nothing
 * to read, and the first update begins again and keeps what was there: a file beside it, a branch in its history.
 */
export function createStateStore(
  place: StatePlace,
  folder: string,
  keys: SealKeys,
  validate: StateLineValidator,
  version: string,
  options: { readonly replace?: boolean; readonly restored?: number } = {},
): StateStore {
  const common = { keys, validate, version, ...options };
  if (place.store === "file") return createFileStateStore({ ...common, path: place.path });
  const { branch, remote } = place;
  return createGitStateStore({ ...common, folder, branch, ...(remote === undefined ? {} : { remote }) });
}
