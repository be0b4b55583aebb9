import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import outputSchema from "../../schemas/output.schema.json" with { type: "json" };
import planSchema from "../../schemas/plan.schema.json" with { type: "json" };
import { buildProgram } from "../../src/commands/cli/program.ts";
import { simulated, type Workplace, workplace } from "../support/cli.ts";
import { liveSeed, writeHospital } from "./hospital.ts";

/* What the commands print for machines, against the schemas that say so. */

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(planSchema);
ajv.addSchema(outputSchema);

async function expectFits(place: Workplace, words: readonly string[], schema: string): Promise<unknown> {
  const run = await place.zivsync("--json", ...words);
  const value: unknown = JSON.parse(run.out);
  const validate = ajv.getSchema(schema === "plan" ? planSchema.$id : `${outputSchema.$id}#/$defs/${schema}`);
  if (validate === undefined) throw new Error(`there is no schema ${schema}`);
  validate(value);
  expect(validate.errors ?? [], words.join(" ")).toEqual([]);
  return value;
}

const TOLD = [
  "validate",
  "check",
  "accounts",
  "records",
  "apply",
  "adopt",
  "approve",
  "explain",
  "matrix",
  "init",
  "sync",
  "status",
  "notify",
];

it("every command prints what its schema says", async () => {
  const simulator = await simulated(liveSeed());
  const place = await workplace();
  await writeHospital(place, simulator.url);
  const organization = await place.read("desired-state/organization.yaml");
  await place.write({
    "desired-state/organization.yaml": `${organization}\nstate: { store: file, path: ../state.jsonl }\n`,
  });
  const run = promisify(execFile);
  await run("git", ["init", "-q"], { cwd: place.folder });
  await expectFits(place, ["validate"], "validate");
  await expectFits(place, ["check"], "check");
  await expectFits(place, ["accounts"], "accounts");
  await expectFits(place, ["records"], "records");
  await place.write({
    "people.jsonl": '{"kind":"personal","email":"ann@example.org","phone":1}\n',
    "other/organization.yaml": organization,
    "other/profiles/all.yaml":
      "apiVersion: zivsync/v1\nkind: Profile\nname: all\nmanages: { kinds: [personal] }\nsources: [{ name: hr, type: records, file: ../../people.jsonl }]\n",
  });
  await expectFits(place, ["-C", "other", "records", "--check-program"], "records");
  await expectFits(place, ["matrix"], "matrix");
  await expectFits(place, ["init", "--no-workflows"], "init");
  await expectFits(place, ["adopt"], "adopt");
  await expectFits(place, ["explain", "leaver@example.org"], "explain");
  await expectFits(place, ["explain", "nobody@example.org"], "explain");
  await expectFits(place, ["status"], "status");
  const plan = (await expectFits(place, ["plan"], "plan")) as { readonly digest: string };
  await expectFits(place, ["show", "plan.json"], "plan");
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(place.folder, "key")]);
  await place.write({
    "desired-state/approvers": `ann@example.org ${(await place.read("key.pub")).split(" ").slice(0, 2).join(" ")}\n`,
  });
  await expectFits(place, ["approve", "plan.json", "--key", "key"], "approve");
  await expectFits(place, ["apply", "plan.json", "--approve", plan.digest], "apply");
  const [journal = ""] = (await place.written()).filter((file) => file.endsWith(".journal"));
  await expectFits(place, ["revert", journal], "plan");
  await expectFits(place, ["plan", "-o", "again.json"], "plan");
  const empty = JSON.parse(await place.read("again.json")) as { readonly digest: string };
  await expectFits(place, ["apply", "again.json", "--approve", empty.digest], "apply");
  await expectFits(place, ["sync"], "sync");
});

/** What is sent, and not printed. */
const SENT = ["notification"];

it("every definition is a command's, or is used by one", () => {
  const commands = buildProgram(async () => {}, "0").commands.map((command) => command.name());
  const text = JSON.stringify(outputSchema);
  const unused = Object.keys(outputSchema.$defs).filter(
    (name) => !commands.includes(name) && !SENT.includes(name) && !text.includes(`"#/$defs/${name}"`),
  );
  expect(unused).toEqual([]);
  expect(Object.keys(outputSchema.$defs)).toEqual(expect.arrayContaining(TOLD));
});
