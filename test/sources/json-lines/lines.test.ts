import { describe, expect, it, test } from "vitest";
import {
  LARGEST_BYTES,
  LineSplitter,
  LONGEST_LINE_BYTES,
  MOST_LINES,
} from "../../../src/sources/json-lines/lines.ts";

function split(...chunks: readonly (string | Uint8Array)[]) {
  const splitter = new LineSplitter();
  const lines = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk)));
  return { lines: [...lines, ...splitter.end()], stopped: splitter.stopped };
}

describe("lines out of bytes", () => {
  const TEXT = '\ufeff{"a":1}\r\n\n  \nzoë 🏥\nlast';
  const WHOLE = {
    lines: [
      { number: 1, text: '{"a":1}\r' },
      { number: 4, text: "zoë 🏥" },
      { number: 5, text: "last" },
    ],
    stopped: undefined,
  };

  it("are the same wherever the bytes are cut", () => {
    const bytes = Buffer.from(TEXT);
    for (let at = 0; at <= bytes.length; at++)
      expect(split(bytes.subarray(0, at), bytes.subarray(at))).toEqual(WHOLE);
    expect(split(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(WHOLE);
  });

  it("keep nothing of a buffer that is used again", () => {
    const splitter = new LineSplitter();
    const buffer = Buffer.from("ann");
    splitter.push(buffer);
    buffer.fill("x");
    expect(splitter.push(Buffer.from("\n"))).toEqual([{ number: 1, text: "ann" }]);
  });

  it("that are not UTF-8 are told one by one", () => {
    expect(split(Buffer.from("zo\xeb\nann\n", "latin1")).lines).toEqual([
      {
        number: 1,
        wrong: "This is not UTF-8, so letters beyond a to z may be others. Write the lines in UTF-8.",
      },
      { number: 2, text: "ann" },
    ]);
  });

  test.each([
    ["at once", [Buffer.from("\ufeffann\n", "utf16le")]],
    ["byte by byte", [Uint8Array.of(0xff), Uint8Array.of(0xfe), Uint8Array.of(0x61)]],
    ["big endian", [Uint8Array.of(0xfe, 0xff, 0, 0x61)]],
  ])("of UTF-16 end the reading: %s", (_, chunks) => {
    expect(split(...chunks)).toEqual({
      lines: [],
      stopped:
        "The text is UTF-16, as Windows PowerShell writes it. Write it in UTF-8, for example with `Out-File -Encoding utf8`.",
    });
  });

  it("have a longest one", () => {
    const longest = "x".repeat(LONGEST_LINE_BYTES);
    expect(split(`${longest}\nann\n`)).toEqual({
      lines: [
        { number: 1, text: longest },
        { number: 2, text: "ann" },
      ],
      stopped: undefined,
    });
    const stopped = "Line 2 is longer than 1 MB, and so is not one record.";
    expect(split(`ann\n${longest}x\nbert\n`, "carl\n")).toEqual({
      lines: [{ number: 1, text: "ann" }],
      stopped,
    });
    expect(split("ann\n", longest, "x")).toEqual({ lines: [{ number: 1, text: "ann" }], stopped });
  });

  it("are so many at most", () => {
    const splitter = new LineSplitter();
    splitter.push(Buffer.alloc(MOST_LINES, "\n"));
    expect([splitter.stopped, splitter.push(Buffer.from("\n")), splitter.stopped]).toEqual([
      undefined,
      [],
      "It has more than 2,000,000 lines, and so is not a list of accounts.",
    ]);
  });

  it("have an end in all", () => {
    const splitter = new LineSplitter();
    const line = Buffer.alloc(LONGEST_LINE_BYTES, " ");
    line[line.length - 1] = 0x0a;
    for (let bytes = 0; bytes < LARGEST_BYTES; bytes += line.length) splitter.push(line);
    expect([splitter.stopped, splitter.push(Buffer.from("a")), splitter.stopped]).toEqual([
      undefined,
      [],
      "It is larger than 200 MB, and so is not a list of accounts.",
    ]);
  });
});
