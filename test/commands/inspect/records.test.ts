import { expect, test } from "vitest";
import { records } from "../../../src/commands/inspect/records.ts";
import type { CommandIo } from "../../../src/commands/shared/io.ts";
import { organizationYaml, workplace } from "../../support/cli.ts";
import { virtualClock } from "../../support/machine-target.ts";

const PEOPLE = 3_000;

test.each([false, true])("records are written no faster than they are taken (json: %s)", async (json) => {
  const place = await workplace();
  const rows = Array.from({ length: PEOPLE }, (_, i) => `person${i}@example.org,Person ${i}\n`);
  await place.write({
    "desired-state/organization.yaml": organizationYaml("http://127.0.0.1:1/"),
    "desired-state/people.csv": `Email,Full name\n${rows.join("")}`,
    "desired-state/profiles/staff.yaml": `apiVersion: zivsync/v1
kind: Profile
name: staff
manages: { kinds: [personal] }
sources: [{ name: lists, type: spreadsheet, personal: { file: ../people.csv } }]
`,
  });
  let out = "";
  let waiting = 0;
  let mostWaiting = 0;
  const io: CommandIo = {
    out: (text) => {
      out += text;
      waiting += text.length;
      mostWaiting = Math.max(mostWaiting, waiting);
    },
    taken: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      waiting = 0;
    },
    note: () => {},
    progress: () => {},
    environment: {},
    interactive: false,
    color: false,
    width: 100,
    tableWidth: Number.POSITIVE_INFINITY,
    ask: async () => "",
    clock: virtualClock(),
    listenForStop: () => ({ requested: false, stopped: new Promise(() => {}) }),
    version: "0.0.0",
  };
  const options = { directory: `${place.folder}/desired-state`, format: "table", json } as const;
  expect(await records(undefined, options, io)).toBe(0);
  expect(out).toContain(`person${PEOPLE - 1}@example.org`);
  expect(out.length).toBeGreaterThan(200_000);
  expect(mostWaiting).toBeLessThan(100_000);
});
