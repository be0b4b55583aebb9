import { join, relative, resolve } from "node:path";
import { isBelow, readFileBytes } from "../../file-bytes.ts";
import type { SourceConfig } from "../../model/source-config/source-config.ts";
import { LARGEST_BYTES } from "../../sources/spreadsheet/table/source-file.ts";
import type { CommitTree } from "../../storage/git/commit-tree.ts";
import { isTracked } from "../../storage/git/commit-tree.ts";
import type { GitRepository } from "../../storage/git/repository.ts";

/** The checkout that a tree is held against. */
export type Checkout = { readonly root: string; readonly repository: GitRepository };

/**
 * A source of a base tree with its files where they are: in the tree, if they differ there; else in the checkout. Of a file
 * that Git does not keep, such as one that an earlier step of the workflow fetched, there is only the checkout's.
 */
export async function placeSource(
  source: SourceConfig,
  tree: CommitTree,
  checkout: Checkout,
): Promise<SourceConfig> {
  const places = new Map<string, string>();
  for (const path of pathsIn(source)) places.set(path, await placeOf(path, tree, checkout));
  return withPaths(source, (path) => places.get(path) ?? path) as SourceConfig;
}

async function placeOf(path: string, tree: CommitTree, checkout: Checkout): Promise<string> {
  if (!isInside(tree.surroundings, path)) return path; // It was written as an absolute path.
  const there = resolve(checkout.root, relative(tree.root, path));
  if (!isInside(tree.root, path)) return there;
  const [ofBase, ofHead] = await Promise.all([bytesOf(path), bytesOf(there)]);
  if (ofHead === undefined) return path;
  if (ofBase !== undefined) return ofBase.equals(ofHead) ? there : path;
  return (await isTracked(checkout.repository, there)) ? path : there;
}

function bytesOf(path: string): Promise<Buffer | undefined> {
  return readFileBytes(path, LARGEST_BYTES).catch(() => undefined);
}

/** Whether the path is the folder, or below it. */
export function isInside(folder: string, path: string): boolean {
  return relative(folder, path) === "" || isBelow(path, folder);
}

/** The same place in another folder. */
export function moved(path: string, from: string, to: string): string {
  return join(to, relative(from, path));
}

/** A source that is read from the same things gives the same records, wherever it is in the files. */
export function comparable(source: SourceConfig): unknown {
  return without(source, ["where", "shownAs"]);
}

function without(value: unknown, keys: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, keys));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !keys.includes(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, without(item, keys)]));
}

/** Files are in a configuration as `path` beside what messages call them, and as `file` of a secret. */
function isPath(key: string, value: unknown, beside: object): value is string {
  return typeof value === "string" && (key === "file" || (key === "path" && "shownAs" in beside));
}

function pathsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (isPath(key, item, value) ? [item] : pathsIn(item)));
}

function withPaths(value: unknown, place: (path: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withPaths(item, place));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isPath(key, item, value) ? place(item) : withPaths(item, place),
    ]),
  );
}
