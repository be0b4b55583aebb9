import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { check } from "../../../src/commands/inspect/check.ts";
import type { CommandIo } from "../../../src/commands/shared/io.ts";
import { API_KEY, organizationYaml, workplace } from "../../support/cli.ts";
import { virtualClock } from "../../support/machine-target.ts";
import { soundFiles } from "../../support/malformed.ts";

/** A port of loopback on which nobody answers. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return address !== null && typeof address === "object" ? address.port : 0;
}

test("check looks at the sources, too, when nobody answers at the target's address", async () => {
  const place = await workplace();
  const url = `http://127.0.0.1:${await closedPort()}/api/scim/v2`;
  await place.write({ ...soundFiles(url), "desired-state/organization.yaml": organizationYaml(url) });
  let out = "";
  const progress: string[] = [];
  const io: CommandIo = {
    out: (text) => {
      out += text;
    },
    note: () => {},
    progress: (text) => void progress.push(text),
    environment: { ZIVVER_API_KEY: API_KEY },
    interactive: false,
    color: false,
    width: 100,
    tableWidth: 100,
    ask: async () => "",
    // Its pauses cost no time: the target is asked several times.
    clock: virtualClock(),
    listenForStop: () => ({ requested: false, stopped: new Promise(() => {}) }),
    version: "0.0.0",
  };
  expect(await check(undefined, { directory: `${place.folder}/desired-state`, json: true }, io)).toBe(1);
  const { ok, target, sources } = JSON.parse(out);
  expect({ ok, target }).toEqual({
    ok: false,
    target: { ok: false, url, seconds: expect.any(Number), problems: [expect.any(Object)] },
  });
  expect(target.problems).toMatchObject([{ code: "target-unreachable" }]);
  expect(sources).toMatchObject([{ ok: true, source: "lists", complete: true }]);
  expect(progress).toEqual(expect.arrayContaining([`Reading the accounts of ${url}`, "Reading all / lists"]));
});
