import { Secret } from "../model/values/secret.ts";
import type { WireOptions } from "./conformance/lab/wire.ts";
import { type ConnectionOptions, openConnection } from "./connection.ts";

/** Says what it is, should somebody look for it in a log. */
const WRONG_KEY = new Secret("zivsync-conformance-asks-what-a-wrong-key-answers");

/** Connections for the experiments: one with the API key, and one with a wrong one. Throws InputError as openConnection does. */
export async function openWire(options: ConnectionOptions): Promise<WireOptions> {
  const { send, sendWith, limiter } = await openConnection(options);
  const { clock, rateLimit } = options;
  return {
    send,
    sendWithWrongKey: sendWith(WRONG_KEY),
    limiter,
    clock,
    windowSeconds: rateLimit.seconds,
  };
}
