import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { Secret } from "../../../../src/model/values/secret.ts";
import {
  DEEPEST,
  LARGEST_ANSWER,
  LARGEST_RESOURCE,
  MOST_RESOURCES,
} from "../../../../src/zivver/http/answers/bounds.ts";
import { describeBody } from "../../../../src/zivver/http/answers/excerpt.ts";
import { connect, type HttpRequest } from "../../../../src/zivver/http/client.ts";
import { DEFAULT_TIMEOUTS } from "../../../../src/zivver/http/network-errors.ts";
import { ListSplitter } from "../../../../src/zivver/lists/list-splitter.ts";
import { readList } from "../../../../src/zivver/lists/lists.ts";
import { workTime } from "../../../support/work-time.ts";

/** What becomes of an answer with this body, which goes over the network packed. */
async function exchange(
  body: string | Buffer,
  { take, largestList }: Partial<HttpRequest & { largestList: number }> = {},
) {
  const packed = gzipSync(body);
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(packed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const send = connect({
    baseUrl: new URL(`http://127.0.0.1:${port}/`),
    authorization: new Secret("canary"),
    version: "0.0.0",
    timeouts: DEFAULT_TIMEOUTS,
    environment: {},
    ...(largestList === undefined ? {} : { largestList }),
  });
  const asked = { method: "GET" as const, path: "/Users", mediaType: "application/json" };
  const host = `127.0.0.1:${port}`;
  return { host, ...(await send({ ...asked, ...(take === undefined ? {} : { take }) })) };
}

const beyond = (host: string, what: string) => ({
  failure: {
    code: "target-answer",
    message: `The answer of ${host} ${what}, which no answer of Zivver is, so it was not read to its end.`,
    remedy: "Check that target.url is Zivver's API, and that no proxy answers in its place.",
    sent: true,
    again: false,
  },
});

describe("an answer of the target", () => {
  test("is read up to its bound, and not one byte further, however small it is on its way", async () => {
    const body = Buffer.alloc(LARGEST_ANSWER, " ");
    expect(await exchange(body)).toMatchObject({ answer: { status: 200 } });
    const more = await exchange(Buffer.alloc(LARGEST_ANSWER + 1, " "));
    expect(more).toEqual({ host: more.host, ...beyond(more.host, "is larger than 16 MB") });
  });

  test("that is a list is read up to a bound of its own", async () => {
    const largestList = 8 * 1024 * 1024;
    const list = '{"totalResults":0,"Resources":[]}';
    const take = () => undefined;
    const fine = await exchange(list.padEnd(largestList), { take, largestList });
    expect(fine).toMatchObject({ answer: { list: { json: { totalResults: 0 } } } });
    const more = await exchange(list.padEnd(largestList + 1), { take, largestList });
    expect(more).toEqual({ host: more.host, ...beyond(more.host, "is larger than 8 MB") });
  });

  test("is nested up to its bound, brackets in names left out", async () => {
    const nested = (depth: number) => `${'{"[[":['.repeat(depth / 2)}"{{"${"]}".repeat(depth / 2)}`;
    expect(await exchange(nested(DEEPEST))).toMatchObject({ answer: { body: nested(DEEPEST) } });
    const more = await exchange(`[${nested(DEEPEST)}]`);
    expect(more).toEqual({ host: more.host, ...beyond(more.host, "is nested deeper than 64 levels") });
  });
});

describe("a list that is taken apart on its way", () => {
  const split = (...pieces: readonly (string | Buffer)[]) => {
    const splitter = new ListSplitter(() => true);
    for (const piece of pieces) splitter.write(Buffer.from(piece));
    return splitter.end();
  };

  test("holds resources up to their bound", () => {
    const resource = (bytes: number) => `{"id":"a","x":"${"x".repeat(bytes - 17)}"}`;
    expect(resource(100)).toHaveLength(100);
    const parts = (text: string) => ['{"Resources":[', text.slice(0, -1), "}]}"];
    expect(split(...parts(resource(LARGEST_RESOURCE)))).toMatchObject({ json: { Resources: [{ id: "a" }] } });
    expect(() => split(...parts(resource(LARGEST_RESOURCE + 2)))).toThrow("is larger than 4 MB");
  });

  test("is nested up to its bound", () => {
    const list = (depth: number) => `{"Resources":[${"[".repeat(depth - 2)}${"]".repeat(depth - 2)}]}`;
    expect(split(list(DEEPEST))).toMatchObject({ json: {} });
    expect(() => split(list(DEEPEST + 1))).toThrow("is nested deeper than 64 levels");
  });

  test("has no more resources than its bound", () => {
    const some = Buffer.from(`{"id":"a"}${',{"id":"a"}'.repeat(999)}`);
    const list = (thousands: number, rest: string) => [
      '{"Resources":[',
      ...Array.from({ length: thousands }, (_, at) =>
        at === 0 ? some : Buffer.concat([Buffer.from(","), some]),
      ),
      rest,
      "]}",
    ];
    const thousands = MOST_RESOURCES / 1000;
    expect(split(...list(thousands, ""))).toMatchObject({ json: {} });
    expect(() => split(...list(thousands, ',{"id":"b"}'))).toThrow("lists more than 2,000,000 resources");
  });

  test("does not go on for ever by pages", async () => {
    const page = async () => ({ totalResults: MOST_RESOURCES + 1, Resources: [{ id: "a" }] });
    await expect(readList(page, "GET /Users", () => true)).rejects.toMatchObject({
      problems: [
        {
          code: "target-answer",
          message: expect.stringContaining("totalResults is 2000001, and no list is longer than 2000000"),
        },
      ],
    });
  });
});

test("a byte now and then does not lengthen the time for the whole of an answer", async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const drip = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(drip));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const send = connect({
    baseUrl: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    authorization: new Secret("canary"),
    version: "0.0.0",
    timeouts: { connect: 2_000, response: 2_000, whole: 300 },
    environment: {},
  });
  const started = performance.now();
  expect(await send({ method: "GET", path: "/Users", mediaType: "application/json" })).toMatchObject({
    failure: { code: "target-timeout" },
  });
  expect(performance.now() - started).toBeLessThan(20_000);
});

test("a web page of many openings of a title is described in no time", () => {
  const startedAt = workTime();
  expect(describeBody(`<html>${"<title".repeat(200_000)}`, (text) => text)).toBe("a web page");
  expect(workTime() - startedAt).toBeLessThan(1_000);
});
