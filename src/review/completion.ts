import { bashScript } from "./completion-bash.ts";
import { fishScript } from "./completion-fish.ts";
import { powershellScript } from "./completion-powershell.ts";
import { zshScript } from "./completion-zsh.ts";

/** What can stand in one place: nothing that is known, the name of a file or folder, or one of a few words. */
export type Words = "any" | "file" | "folder" | readonly string[];

export type CompletedOption = {
  /** As they are typed: `-o`, `--output`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Absent of an option without a value. */
  readonly value?: Words;
};

/** A command, by its words after `zivsync`: "" is zivsync itself, `github plan` one below `github`. */
export type CompletedCommand = {
  readonly path: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly argument: Words;
};

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof SHELLS)[number];

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/** A script that teaches a shell the commands, their options, and what can follow them. Ends with a line break. */
export function renderCompletion(shell: Shell, commands: readonly CompletedCommand[]): string {
  return SCRIPTS[shell](commands);
}
