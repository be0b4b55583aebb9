import type { CompletedCommand, Words } from "./completion.ts";
import { byValue, commandsBelow, steps } from "./completion-table.ts";

/** For zsh 5: as a file `_zivsync` on the fpath, or by `source <(zivsync completion zsh)` after compinit. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef zivsync
# zivsync completion for zsh: source <(zivsync completion zsh)
_zivsync() {
  local at="" option="" word
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $option ]]; then option=""; continue; fi
    case "$at|$word" in
      ${pattern(byValue(commands).flatMap(({ keys }) => keys))}) option=$word ;;
      ${pattern(steps(commands))}) at="\${at:+$at }$word" ;;
    esac
  done
  if [[ -z $option && $words[CURRENT] == --*=* ]]; then
    option=\${words[CURRENT]%%=*}
    compset -P '*='
  fi
  case "$at|$option" in
${byValue(commands)
  .map(({ value, keys }) => `    ${pattern(keys)}) ${offer(value)}; return ;;`)
  .join("\n")}
  esac
  if [[ $words[CURRENT] == -* ]]; then
    case "$at" in
${commands.map(({ path, options }) => `      ${quoted(path)}) offered=(${options.flatMap(({ names, description }) => names.map((name) => described(name, description))).join(" ")}) ;;`).join("\n")}
    esac
    _describe option offered
    return
  fi
  case "$at" in
${commands.map((command) => `    ${quoted(command.path)}) ${following(commands, command)} ;;`).join("\n")}
  esac
}
if [[ "$funcstack[1]" == _zivsync ]]; then _zivsync "$@"; else compdef _zivsync zivsync; fi
`;
}

function following(commands: readonly CompletedCommand[], { path, argument }: CompletedCommand): string {
  const below = commandsBelow(commands, path);
  if (below.length === 0) return offer(argument);
  const words = below.map(({ word, description }) => described(word, description)).join(" ");
  return `offered=(${words}); _describe command offered`;
}

function offer(words: Words): string {
  if (words === "any") return ":";
  if (words === "file") return "_files";
  if (words === "folder") return "_files -/";
  return `compadd -- ${words.map(quoted).join(" ")}`;
}

/** A colon parts a word from its description. */
const described = (word: string, description: string) =>
  quoted(`${word}:${description.replaceAll(":", "\\:")}`);
const pattern = (keys: readonly string[]) => keys.map(quoted).join(" | ");
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
