export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * A script that makes a shell ask `zivsync __complete -- WORD... :CURRENT` what can be typed. The colon keeps the word under
 * the cursor from being empty: Windows PowerShell drops empty arguments. Ends with a line break.
 */
export function stubFor(shell: Shell): string {
  return STUBS[shell];
}

/** For bash 3.2 and newer, which makes a word of its own of the `=` in `--format=json`. */
const BASH = `# zivsync completion for bash: eval "$(zivsync completion bash)"
_zivsync() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line file i
  local -a words=()
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [ "\${COMP_WORDS[i]}" = "=" ] || words+=("\${COMP_WORDS[i]}")
  done
  [ "$current" = "=" ] && current=""
  while IFS= read -r line; do
    case "$line" in
      :files | :folders)
        compopt -o filenames 2>/dev/null
        while IFS= read -r file; do COMPREPLY+=("$file"); done < <(
          if [ "$line" = ":files" ]; then compgen -f -- "$current"; else compgen -d -- "$current"; fi
        ) ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <("\${COMP_WORDS[0]}" __complete -- \${words[@]+"\${words[@]}"} ":$current" 2>/dev/null)
}
complete -F _zivsync zivsync
`;

/** For zsh 5: as a file `_zivsync` on the fpath, or by `source <(zivsync completion zsh)` after compinit. */
const ZSH = `#compdef zivsync
# zivsync completion for zsh: source <(zivsync completion zsh)
_zivsync() {
  local line
  local -a offered
  for line in "\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT-1]}" ":\${words[CURRENT]}" 2>/dev/null)}"; do
    case "$line" in
      :files) _files ;;
      :folders) _files -/ ;;
      ?*) offered+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  (( $#offered )) && _describe zivsync offered
}
if [[ "$funcstack[1]" == _zivsync ]]; then _zivsync "$@"; else compdef _zivsync zivsync; fi
`;

/** For fish 3. */
const FISH = `# zivsync completion for fish: zivsync completion fish | source
function __zivsync_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete -- $words[2..-1] ":$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$current"
            case :folders
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c zivsync -f -a '(__zivsync_complete)'
`;

/** For PowerShell 5 and newer. Where nothing is offered, PowerShell completes names of files by itself. */
const POWERSHELL = `# zivsync completion for PowerShell: zivsync completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName zivsync, zivsync.cmd -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $before = @($words | Select-Object -Skip 1)
  & $commandAst.CommandElements[0].ToString() __complete -- @before ":$wordToComplete" 2>$null | ForEach-Object {
    $word, $description = $_ -split "\`t", 2
    if ($word -notlike ':*') {
      $shown = if ($description) { $description } else { $word }
      [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $shown)
    }
  }
}
`;

const STUBS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL };
