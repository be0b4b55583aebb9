import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { workplace } from "../support/cli.ts";

describe("zivsync demo", () => {
  it("goes the whole way, ends without changes and leaves nothing behind", async () => {
    const place = await workplace();
    const temporary = join(place.folder, "tmp");
    await mkdir(temporary);
    // Without an API key of its own: the demo brings one along.
    const run = await place.zivsyncWith({ TMPDIR: temporary, ZIVVER_API_KEY: "" }, "demo");
    expect(run.code).toBe(0);
    const parts = run.out.split(/^(?=Plan: |Applied |No changes\.)/m);
    expect(parts.map((part) => part.slice(0, part.indexOf(" ")))).toEqual(["Plan:", "Applied", "No"]);
    const [, changes] = /^Applied (\d+)\.\n$/.exec(parts[1] ?? "") ?? [];
    const counts = [...(parts[0]?.split("\n")[0] ?? "").matchAll(/(\d+) to /g)].map(([, count]) =>
      Number(count),
    );
    expect(counts.every((count, at) => at >= 3 || count > 0)).toBe(true);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(Number(changes));
    expect(run.err).toMatch(
      /^A simulated Zivver answers at http:\/\/127\.0\.0\.1:\d+\/api\/scim\/v2, without /,
    );
    expect(run.err).not.toContain(temporary);
    expect(await readdir(temporary)).toEqual([]);
    expect(await place.written()).toEqual([]);
  });

  it("tells machines the same: the plan, what was applied, and the plan after it", async () => {
    const place = await workplace();
    const { code, out } = await place.zivsync("demo", "--json");
    const [plan, applied, again] = out.split("\n").map((line) => JSON.parse(line || "null"));
    expect({ code, digest: applied.digest, left: again.changes }).toEqual({
      code: 0,
      digest: plan.digest,
      left: [],
    });
    expect(applied.outcomes).toHaveLength(plan.changes.length);
  });
});
