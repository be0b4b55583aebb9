import { expect, it } from "vitest";
import { copyWithDepartment, node } from "../support/new-field.ts";

/** Where a table lacks its row for a new field, the compiler says so: nothing is silently not planned. */
it("a copy with a new field has the right types", async () => {
  const program = await copyWithDepartment();
  expect(await node(program, ["node_modules/typescript/bin/tsc", "--noEmit"])).toEqual({
    code: 0,
    out: "",
    err: "",
  });
});

it.each(["src/sources/spreadsheet/table/columns.ts", "src/zivver/scim/text-fields.ts"])(
  "without its row in %s it has not",
  async (file) => {
    const program = await copyWithDepartment({ without: file });
    const { code, out } = await node(program, ["node_modules/typescript/bin/tsc", "--noEmit"]);
    expect({ code, out: out.split("\n").filter((line) => line.startsWith("src/")) }).toEqual({
      code: 2,
      out: [expect.stringMatching(new RegExp(`^${file}.*'department' is missing`))],
    });
  },
);
