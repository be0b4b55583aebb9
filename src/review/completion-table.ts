import type { CompletedCommand, CompletedOption, Words } from "./completion.ts";

/** The commands directly below one, with the last word of each. */
export function commandsBelow(
  commands: readonly CompletedCommand[],
  path: string,
): readonly { readonly word: string; readonly description: string }[] {
  return commands.flatMap((command) => {
    const words = command.path.split(" ");
    const word = words.pop() ?? "";
    return word !== "" && words.join(" ") === path ? [{ word, description: command.description }] : [];
  });
}

/** `github|plan`: from `github`, the word `plan` leads to the command `github plan`. */
export function steps(commands: readonly CompletedCommand[]): readonly string[] {
  return commands.flatMap(({ path }) => {
    const at = path.lastIndexOf(" ");
    return path === "" ? [] : [`${path.slice(0, Math.max(at, 0))}|${path.slice(at + 1)}`];
  });
}

type Valued = CompletedOption & { readonly value: Words };

/** The options of a command that a value follows. */
function valuedOptions({ options }: CompletedCommand): readonly Valued[] {
  return options.flatMap((option) =>
    option.value === undefined ? [] : [{ ...option, value: option.value }],
  );
}

/** Every `command|option` that a value follows, grouped by what it can be. */
export function byValue(
  commands: readonly CompletedCommand[],
): readonly { readonly value: Words; readonly keys: readonly string[] }[] {
  const groups = new Map<string, { readonly value: Words; readonly keys: string[] }>();
  for (const command of commands) {
    for (const { names, value } of valuedOptions(command)) {
      const name = JSON.stringify(value);
      const group = groups.get(name) ?? { value, keys: [] };
      group.keys.push(...names.map((option) => `${command.path}|${option}`));
      groups.set(name, group);
    }
  }
  return [...groups.values()];
}
