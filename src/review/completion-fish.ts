import type { CompletedCommand, CompletedOption, Words } from "./completion.ts";
import { byValue, commandsBelow, steps } from "./completion-table.ts";

/** For fish 3: one line for each thing to complete, told apart by the command that stands before the cursor. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const valued = byValue(commands).flatMap(({ keys }) => keys);
  const words = steps(commands);
  const lines = commands.flatMap((command) => [
    ...followers(commands, command),
    ...command.options.map((option) => optionLine(command.path, option)),
  ]);
  return `# zivsync completion for fish: zivsync completion fish | source
function __zivsync_at
    set -l at ""
    set -l option ""
    for word in (commandline -opc)[2..-1]
        if test -n "$option"
            set option ""
            continue
        end
        switch "$at|$word"
            case ${valued.map(quoted).join(" ")}
                set option $word
            case ${words.map(quoted).join(" ")}
                set at (string trim "$at $word")
        end
    end
    test "$at" = "$argv[1]"
end
complete -c zivsync -f
${lines.join("\n")}
`;
}

function followers(commands: readonly CompletedCommand[], { path, argument }: CompletedCommand): string[] {
  const below = commandsBelow(commands, path);
  if (below.length > 0) {
    return below.map(
      ({ word, description }) => `${line(path)} -f -a ${quoted(word)} -d ${quoted(description)}`,
    );
  }
  return argument === "any" ? [] : [`${line(path)} ${offer(argument)}`];
}

function optionLine(path: string, { names, description, value }: CompletedOption): string {
  const flags = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const follows = value === undefined ? "" : ` -r ${offer(value)}`;
  return `${line(path)} ${flags.join(" ")}${follows} -d ${quoted(description)}`;
}

const line = (path: string) => `complete -c zivsync -n ${quoted(`__zivsync_at ${quoted(path)}`)}`;

function offer(words: Words): string {
  if (words === "any") return "-f";
  if (words === "file") return "-F";
  if (words === "folder") return "-f -a '(__fish_complete_directories)'";
  return `-f -a ${quoted(words.join(" "))}`;
}

const quoted = (text: string) => `'${text.replace(/['\\]/g, "\\$&")}'`;
