import { describe, expect, it } from "vitest";
import { play, type Script } from "./scripted.ts";
import { ACCESS } from "./scripts-access.ts";
import { CHANGES } from "./scripts-changes.ts";
import { IDENTITY } from "./scripts-identity.ts";
import { PEOPLE } from "./scripts-people.ts";
import { SOURCES } from "./scripts-sources.ts";

/** Days that once went wrong, each judged by all laws. */

async function expectKept(script: Script): Promise<void> {
  const { violations, story } = await play(script);
  const laws = violations.map((violation) => `Law ${violation.law}: ${violation.story}`);
  if (violations.length > 0) expect.fail([...story, ...laws].join("\n"));
}

describe("days with a script", () => {
  it.each([...IDENTITY, ...PEOPLE, ...SOURCES, ...ACCESS, ...CHANGES])("law $law: $name", expectKept);
});
