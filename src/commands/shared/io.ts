import type { Clock } from "../../model/ports.ts";

/** Done or no changes · failed · there are changes · refused · applied in part. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** `requested` turns true, and `stopped` resolves, when the person presses Ctrl-C or the process is told to end. */
export type Stop = { readonly requested: boolean; readonly stopped: Promise<void> };

/** The parts of its process that a command may touch. Results go to `out`; progress and notes go to `note`. */
export type CommandIo = {
  readonly out: (text: string) => void;
  /** Waits until what went to `out` has been taken: who writes much would have all of it wait in memory for a slow reader. */
  readonly taken?: () => Promise<void>;
  readonly note: (text: string) => void;
  /** Shown in place on a terminal, and not at all elsewhere. */
  readonly progress: (text: string) => void;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether a person can answer: standard input is a terminal. */
  readonly interactive: boolean;
  readonly color: boolean;
  /** Columns that prose is wrapped to. */
  readonly width: number;
  /** Columns that a table must fit; without end where its reader is not a terminal. */
  readonly tableWidth: number;
  readonly ask: (question: string) => Promise<string>;
  readonly clock: Clock;
  /** From this call on, Ctrl-C asks the command to stop in good order; until then it ends the process. */
  readonly listenForStop: () => Stop;
  readonly version: string;
};

/** The folder of the configuration, where no other is named. */
export const DEFAULT_DIRECTORY = "desired-state";

/** The option that names the folder of the configuration, for a command that a person types; nothing where it is the usual one. */
export function folderOption(directory: string): string {
  if (directory === DEFAULT_DIRECTORY) return "";
  return ` -C ${shellWord(directory)}`;
}

/** A word of a command that a person types. */
export function shellWord(word: string): string {
  return /^[\w./\\:-]+$/.test(word) ? word : `"${word}"`;
}

/** Options that every command has. */
export type CommonOptions = { readonly directory: string; readonly json?: boolean };

/** Runs a command within the process and reports what it throws. */
export type CommandRun = (command: (io: CommandIo) => Promise<ExitCode>) => Promise<void>;
