import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { openFetch } from "../../src/github/api/fetch.ts";
import { LARGEST_ANSWER, NetworkTrouble, openHttp } from "../../src/network/http.ts";
import { networkWords } from "../../src/sources/microsoft/errors/network-errors.ts";

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Asks once, directly; gives the length of the answer, or the code of the trouble. */
async function ask(url: string, options: { timeoutMs?: number; largestAnswer?: number } = {}) {
  const http = openHttp({ timeoutMs: 5_000, environment: {}, ...options });
  onTestFinished(() => http.close());
  try {
    return (await http.sendDirectly({ method: "GET", url, headers: {} })).text.length;
  } catch (error) {
    if (error instanceof NetworkTrouble) return error.code;
    throw error;
  }
}

const bytes =
  (count: number): RequestListener =>
  (_, response) =>
    void response.end(Buffer.alloc(count, 32));
const inChunks =
  (count: number): RequestListener =>
  (_, response) => {
    for (let at = 0; at < count; at += 1) response.write(" ");
    response.end();
  };

describe("an answer of Microsoft or GitHub", () => {
  test.each([
    ["of a known length", bytes],
    ["in chunks", inChunks],
  ])("is read to the bound, and no further: %s", async (_, answer) => {
    const most = { largestAnswer: 1_000 };
    expect(await ask(await serve(answer(1_000)), most)).toBe(1_000);
    expect(await ask(await serve(answer(1_001)), most)).toBe("too-large");
  });

  test("has a bound without any option (LARGEST_ANSWER)", async () => {
    expect(await ask(await serve(bytes(LARGEST_ANSWER)))).toBe(LARGEST_ANSWER);
    expect(await ask(await serve(bytes(LARGEST_ANSWER + 1)))).toBe("too-large");
  });

  test("is not unpacked: a small one cannot become a large one", async () => {
    const packed = gzipSync(Buffer.alloc(1024 * 1024, 32));
    const asked: (string | undefined)[] = [];
    const url = await serve(({ headers }, response) => {
      asked.push(headers["accept-encoding"] as string | undefined);
      response.writeHead(200, { "content-encoding": "gzip" }).end(packed);
    });
    expect([await ask(url), asked]).toEqual(["not-text", [undefined]]);
  });

  test("has a time for the whole of it: a byte now and then does not lengthen it", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    });
    const started = performance.now();
    expect(await ask(url, { timeoutMs: 300 })).toBe("timeout");
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test("beyond the bound is named", async () => {
    expect(networkWords(new NetworkTrouble("outlook.office365.com", "too-large", ""), 1_000)).toEqual({
      code: "answer",
      message:
        "The answer of outlook.office365.com is larger than any answer of Microsoft, so it was not read to its end.",
      remedy: "Run zivsync again. If it stays, something between here and Microsoft changes the answers.",
    });
    const url = await serve(bytes(LARGEST_ANSWER + 1));
    const fetch = openFetch(url, {});
    await expect(fetch(`${url}/repos`, { method: "GET", headers: {} })).rejects.toMatchObject({
      code: "too-large",
    });
  });
});
