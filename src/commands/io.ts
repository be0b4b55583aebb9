import type { Clock } from "../model/ports.ts";

/** Done or no changes · failed · there are changes · refused · applied in part. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** What a command may touch of the process it runs in. Results go to `out`; progress and notes go to `note`. */
export type CommandIo = {
  readonly out: (text: string) => void;
  readonly note: (text: string) => void;
  /** Shown in place on a terminal, and not at all elsewhere. */
  readonly progress: (text: string) => void;
  readonly environment: NodeJS.ProcessEnv;
  /** Is a person there to answer? */
  readonly interactive: boolean;
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  readonly ask: (question: string) => Promise<string>;
  readonly clock: Clock;
  /** `requested` turns true when the person presses Ctrl-C. */
  readonly stop: { readonly requested: boolean };
  /** Resolves when the person presses Ctrl-C, or the process is told to end. */
  readonly stopped: Promise<void>;
  readonly version: string;
};

/** Options that every command has. */
export type CommonOptions = { readonly directory: string; readonly json?: boolean };
