import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MalformedAnswer } from "../../../../src/sources/ldap/protocol/ber.ts";
import { Frames } from "../../../../src/sources/ldap/protocol/frames.ts";
import { lengthOf, tlv } from "../../../servers/ldap-messages.ts";
import { workTime } from "../../../support/work-time.ts";

function collect(chunks: readonly Buffer[]): { messages: string[]; held: number } {
  const messages: string[] = [];
  const frames = new Frames((message) => messages.push(message.toString("hex")) > 0);
  for (const chunk of chunks) frames.push(chunk);
  return { messages, held: frames.held };
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

const aMessage = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((content) => tlv(0x30, content)),
  fc.constantFrom(0, 1, 127, 128, 255, 256, 65_535, 65_536).map((size) => tlv(0x30, Buffer.alloc(size, 7))),
  // The long form of Active Directory: four bytes for any length.
  fc.uint8Array({ maxLength: 200 }).map((content) => {
    return Buffer.concat([Buffer.of(0x30), lengthOf(content.length, true), content]);
  }),
);

describe("messages cut out of a stream", () => {
  it("are the same however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(aMessage, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (messages, places) => {
          expect(collect(cut(Buffer.concat(messages), places))).toEqual({
            messages: messages.map((message) => message.toString("hex")),
            held: 0,
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("are the same for a cut at every byte, and byte by byte", () => {
    const messages = [
      tlv(0x30, Buffer.alloc(3)),
      tlv(0x30, Buffer.alloc(300, 1)),
      tlv(0x30, Buffer.alloc(5, 2)),
    ];
    const stream = Buffer.concat(messages);
    const whole = { messages: messages.map((message) => message.toString("hex")), held: 0 };
    for (let at = 0; at <= stream.length; at += 1) expect(collect(cut(stream, [at]))).toEqual(whole);
    expect(
      collect(
        cut(
          stream,
          Array.from(stream, (_, i) => i),
        ),
      ),
    ).toEqual(whole);
  });

  it("are held back until they are whole", () => {
    const message = tlv(0x30, Buffer.alloc(300));
    expect(collect([message.subarray(0, 1)])).toEqual({ messages: [], held: 1 });
    expect(collect([message.subarray(0, 303)])).toEqual({ messages: [], held: 303 });
  });

  it("are not taken any more after the taker said so", () => {
    let taken = 0;
    const frames = new Frames(() => {
      taken += 1;
      return false;
    });
    frames.push(Buffer.concat([tlv(0x30), tlv(0x30)]));
    expect(taken).toBe(1);
  });

  it("take no time that grows with the square of their size", () => {
    const message = tlv(0x30, Buffer.alloc(16_000_000));
    const chunks = Array.from({ length: Math.ceil(message.length / 1_000) }, (_, i) =>
      message.subarray(i * 1_000, (i + 1) * 1_000),
    );
    const start = workTime();
    let size = 0;
    const frames = new Frames(({ length }) => {
      size = length;
      return true;
    });
    for (const chunk of chunks) frames.push(chunk);
    expect(size).toBe(message.length);
    // Copying what is there for each of the 16,000 chunks would move 128 GB.
    expect(workTime() - start).toBeLessThan(5_000);
  });

  it.each([
    ["something else", "48545450", "a message that does not begin like one"],
    ["an indefinite length", "3080", "a length of 0 bytes"],
    ["a length of nine bytes", "3089", "a length of 9 bytes"],
    ["more than 128 MB", "308408000001", "a message of more than 128 MB"],
    ["more than all memory", "3088ffffffff", "a message of more than 128 MB"],
  ])("refuse %s", (_, hex, message) => {
    expect(() => collect([Buffer.from(hex, "hex")])).toThrow(new MalformedAnswer(message));
  });
});
