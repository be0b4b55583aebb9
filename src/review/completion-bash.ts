import type { CompletedCommand, Words } from "./completion.ts";
import { byValue, commandsBelow, steps } from "./completion-table.ts";

/**
 * For bash 3.2 and newer. The words before the cursor say which command this is (`at`) and whether an option waits for its
 * value (`option`); bash makes a word of its own of the `=` in `--format=json`.
 */
export function bashScript(commands: readonly CompletedCommand[]): string {
  return `# zivsync completion for bash: eval "$(zivsync completion bash)"
_zivsync_words() {
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$1" -- "$cur")
}
_zivsync_files() {
  local file
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen "$1" -- "$cur")
}
_zivsync() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" at="" option="" i word
  COMPREPLY=()
  [ "$cur" = "=" ] && cur=""
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    [ "$word" = "=" ] && continue
    if [ -n "$option" ]; then option=""; continue; fi
    case "$at|$word" in
      ${pattern(byValue(commands).flatMap(({ keys }) => keys))}) option="$word" ;;
      ${pattern(steps(commands))}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at|$option" in
${byValue(commands)
  .map(({ value, keys }) => `    ${pattern(keys)}) ${offer(value)}; return ;;`)
  .join("\n")}
  esac
  case "$cur" in
    -*)
      case "$at" in
${commands.map(({ path, options }) => `        ${quoted(path)}) _zivsync_words ${quoted(options.flatMap(({ names }) => names).join(" "))} ;;`).join("\n")}
      esac
      return ;;
  esac
  case "$at" in
${commands.map((command) => `    ${quoted(command.path)}) ${offer(following(commands, command))} ;;`).join("\n")}
  esac
}
complete -F _zivsync zivsync
`;
}

/** What can follow a command: those below it, else its argument. */
function following(commands: readonly CompletedCommand[], { path, argument }: CompletedCommand): Words {
  const below = commandsBelow(commands, path).map(({ word }) => word);
  return below.length > 0 ? below : argument;
}

function offer(words: Words): string {
  if (words === "any") return ":";
  if (words === "file") return "_zivsync_files -f";
  if (words === "folder") return "_zivsync_files -d";
  return `_zivsync_words ${quoted(words.join(" "))}`;
}

const pattern = (keys: readonly string[]) => keys.map(quoted).join(" | ");
const quoted = (text: string) => `"${text.replace(/["$`\\]/g, "\\$&")}"`;
