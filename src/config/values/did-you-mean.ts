import leven, { closestMatch } from "leven";

const LONGEST = 64;

/** `Did you mean …?` for the nearest of the choices, case not counted, or undefined when none is near. Pure. */
export function didYouMean(text: string, choices: readonly string[]): string | undefined {
  if (text.length > LONGEST) return undefined;
  const maxDistance = Math.max(1, Math.floor(text.length / 3));
  const lowerCase = choices.map((choice) => choice.toLowerCase());
  const found = closestMatch(text.toLowerCase(), lowerCase, { maxDistance });
  const choice = found === undefined ? undefined : choices[lowerCase.indexOf(found)];
  return choice === undefined ? undefined : `Did you mean \`${choice}\`?`;
}

/** The choices as messages list them: "`a`, `b`". */
export function listChoices(choices: readonly string[]): string {
  return choices.map((choice) => `\`${choice}\``).join(", ");
}

/** At most `most` of the addresses that are like this one, the nearest first; the local part says what is near. Pure. */
export function nearestTo(text: string, choices: readonly string[], most: number): readonly string[] {
  const maxDistance = Math.max(2, Math.floor(text.lastIndexOf("@") / 3));
  return choices
    .map((choice) => ({ choice, distance: leven(text, choice, { maxDistance: maxDistance + 1 }) }))
    .filter(({ distance }) => distance <= maxDistance)
    .sort((a, b) => a.distance - b.distance || (a.choice < b.choice ? -1 : 1))
    .slice(0, most)
    .map(({ choice }) => choice);
}
