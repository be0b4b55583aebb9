import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Secret } from "../../src/model/values/secret.ts";
import { createTarget } from "../../src/zivver/target.ts";
import { CLOCK } from "../support/clock.ts";

const user = (number: number) => ({
  id: `id-${number}`,
  userName: `p${number}@example.org`,
  active: true,
  name: { formatted: "x".repeat(200) },
});

/** A list of many people, sent in three parts; with or without its length beforehand. */
async function slowZivver(announced: boolean): Promise<string> {
  const people = Array.from({ length: 1000 }, (_, at) => user(at));
  const server = createServer(async (request, response) => {
    const resources = request.url?.includes("Users") ? people : [];
    const body = Buffer.from(JSON.stringify({ Resources: resources, totalResults: resources.length }));
    response.setHeader("content-type", "application/json");
    if (announced) response.setHeader("content-length", body.length);
    const third = Math.ceil(body.length / 3);
    for (let at = 0; at < body.length; at += third) {
      response.write(body.subarray(at, at + third));
      await setTimeout(20);
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`;
}

test.each([true, false])("tells how much of a list has come, its length announced: %s", async (announced) => {
  const told: { readonly bytes: number; readonly of: number | undefined }[] = [];
  const target = await createTarget({
    url: await slowZivver(announced),
    apiKey: new Secret("a key"),
    rateLimit: { requests: 50, seconds: 10 },
    clock: CLOCK,
    version: "0",
    allowedHosts: [],
    onReceived: (bytes, of) => told.push({ bytes, of }),
  });
  expect(await target.read()).toHaveLength(1000);
  const large = told.filter(({ bytes }) => bytes > 10_000);
  expect(large.length).toBeGreaterThanOrEqual(2);
  const counts = large.map(({ bytes }) => bytes);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  // The last one knows in any case.
  const before = large.slice(0, -1).map(({ of }) => of === undefined);
  expect(new Set(before)).toEqual(new Set([!announced]));
});
