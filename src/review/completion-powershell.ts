import type { CompletedCommand, Words } from "./completion.ts";
import { byValue, commandsBelow } from "./completion-table.ts";

/** For PowerShell 5 and newer. Where nothing is offered, PowerShell completes names of files by itself. */
export function powershellScript(commands: readonly CompletedCommand[]): string {
  return `# zivsync completion for PowerShell: zivsync completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName zivsync, zivsync.cmd -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $values = @{
${byValue(commands)
  .flatMap(({ value, keys }) => keys.map((key) => `    ${quoted(key)} = ${list(choices(value))}`))
  .join("\n")}
  }
  $below = @{
${commands.map(({ path }) => `    ${quoted(path)} = ${list(commandsBelow(commands, path).map(({ word }) => word))}`).join("\n")}
  }
  $arguments = @{
${commands.map(({ path, argument }) => `    ${quoted(path)} = ${list(choices(argument))}`).join("\n")}
  }
  $options = @{
${commands.map(({ path, options }) => `    ${quoted(path)} = ${list(options.flatMap(({ names }) => names))}`).join("\n")}
  }
  $at = ''
  $option = ''
  $elements = $commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition }
  foreach ($element in $elements) {
    $word = $element.ToString()
    if ($option -ne '') { $option = ''; continue }
    if ($values.ContainsKey("$at|$word")) { $option = $word }
    elseif ($below[$at] -contains $word) { $at = "$at $word".Trim() }
  }
  if ($option -ne '') { $offered = $values["$at|$option"] }
  elseif ($wordToComplete.StartsWith('-')) { $offered = $options[$at] }
  else { $offered = @($below[$at]) + @($arguments[$at]) }
  $offered | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}

const choices = (words: Words): readonly string[] => (typeof words === "string" ? [] : words);
const list = (words: readonly string[]) => `@(${words.map(quoted).join(", ")})`;
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
