import type { Edit } from "./edit.ts";

/** A bug that zivsync once had. */
export type Bug = {
  /** In words: what happens, and to whom. */
  readonly name: string;
  /** What makes it again. */
  readonly edits: readonly Edit[];
};

/** One that the oracle finds, by a violation of one of these laws. */
export type EngineBug = Bug & {
  readonly laws: readonly number[];
  /** Words in the name of the day with a script that has to find it; absent: any day may. */
  readonly day?: string;
};

/** One that lies outside of the oracle's days: tests of a file find it, by words in their names. */
export type OtherBug = Bug & { readonly file: string; readonly test: string };
