import { describe, expect, test } from "vitest";
import { parseAcceptances } from "../../../src/commands/shared/acceptances.ts";
import { InputError } from "../../../src/model/values/errors.ts";

const problemsOf = (text: string) => {
  try {
    return parseAcceptances([text]);
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
};

describe("--accept", () => {
  test.each(["suspend=37", "reactivate=4", "rename=51", "addDelegate=230"])("%s", (text) => {
    const [guard, count] = text.split("=");
    expect(parseAcceptances([text])).toEqual([{ guard, count: Number(count) }]);
  });

  test("of something that is not a guard", () => {
    expect(problemsOf("suspnd=3")).toEqual([
      {
        code: "usage",
        where: "--accept",
        message:
          '"suspnd=3" is not GUARD=COUNT with one of the guards create, update, suspend, reactivate, delete, rename, memberRemoval, addDelegate, accountKey, sourceShrink.',
        remedy: "Write it as the refused plan says, for example --accept suspend=37.",
      },
    ]);
  });

  test("of suspensions while nobody is protected", () => {
    expect(problemsOf("protectedNobody=2")).toEqual([
      {
        code: "usage",
        where: "--accept",
        message:
          "`protectedNobody` cannot be accepted: your administrators may be among the accounts that would be suspended or deleted.",
        remedy:
          "Name your administrators under `protected` in organization.yaml, or write `protected: none`.",
      },
    ]);
  });
});
