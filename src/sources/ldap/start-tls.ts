import type { Socket } from "node:net";
import { failureAt, type Place } from "./errors/failure.ts";
import { lostFailure, troubleOf } from "./errors/network.ts";
import { resultFailure } from "./errors/result-words.ts";
import { type LdapResult, OPERATION, readResult } from "./protocol/answers.ts";
import { BerCursor, MalformedAnswer } from "./protocol/ber.ts";
import { Frames } from "./protocol/frames.ts";
import { encodeExtended } from "./protocol/requests.ts";
import { LdapFailure } from "./protocol/types.ts";

/** RFC 4511 section 4.14. */
const START_TLS = "1.3.6.1.4.1.1466.20037";
const MESSAGE_ID = 1;

/**
 * Asks the directory to go on in TLS. Whatever is in clear behind its answer was put there by somebody who wants it
 * taken for an answer under TLS: that ends the connection. Throws LdapFailure.
 */
export async function askForTls(socket: Socket, place: Place): Promise<void> {
  const result = await firstAnswer(socket, place);
  if (result.code === 0) return;
  const failure = resultFailure(place, { request: "StartTLS" }, result);
  throw new LdapFailure(
    {
      ...failure.problem,
      code: "directory-tls",
      remedy: "Let the directory speak TLS, or use ldaps:// if it listens there.",
    },
    failure.resultCode,
  );
}

function firstAnswer(socket: Socket, place: Place): Promise<LdapResult> {
  return new Promise((resolve, reject) => {
    const answers: LdapResult[] = [];
    const frames = new Frames((message) => {
      answers.push(readStartTlsAnswer(message));
      return true;
    });
    const receive = (chunk: Buffer) => {
      const problem = tryPush(frames, chunk, place);
      const [answer, ...surplus] = answers;
      if (problem) reject(problem);
      else if (answer && (surplus.length > 0 || frames.held > 0)) reject(injected(place));
      else if (answer) resolve(answer);
      else return;
      socket.pause();
      socket.off("data", receive);
    };
    socket.on("data", receive);
    socket.once("error", (error) => reject(lostFailure(place, troubleOf(error))));
    socket.once("close", () => reject(lostFailure(place)));
    socket.write(encodeExtended(MESSAGE_ID, START_TLS));
  });
}

function tryPush(frames: Frames, chunk: Buffer, place: Place): LdapFailure | undefined {
  try {
    frames.push(chunk);
    return undefined;
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error;
    return injected(place);
  }
}

function readStartTlsAnswer(message: Buffer): LdapResult {
  const cursor = new BerCursor(message);
  const messageEnd = cursor.open(0x30, message.length);
  const id = cursor.integer(0x02, messageEnd);
  if (id !== MESSAGE_ID && id !== 0) throw new MalformedAnswer("an answer to another request");
  const contentEnd = cursor.open(OPERATION.extendedResponse, messageEnd);
  const result = readResult(cursor, contentEnd, messageEnd);
  // A goodbye instead of an answer (id 0): its code is never taken for a success.
  return id === 0 && result.code === 0 ? { ...result, code: 52 } : result;
}

function injected(place: Place): LdapFailure {
  return failureAt(place, {
    code: "directory-tls",
    message: `${place.url} answered StartTLS with more than an answer: somebody in between may have put it there.`,
    remedy:
      "Use ldaps:// if the directory listens there, and find out what stands between here and the directory.",
  });
}
