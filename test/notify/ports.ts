import type { SecretReader } from "../../src/model/ports.ts";
import { type Problem, ZivsyncError } from "../../src/model/values/errors.ts";
import { Secret } from "../../src/model/values/secret.ts";
import type { NotifyPorts } from "../../src/notify/ports.ts";

/** Ports over secrets by the name of their variable; pauses are written down, and take no time. */
export function portsOf(
  secrets: Readonly<Record<string, string>>,
): NotifyPorts & { readonly pauses: number[] } {
  const pauses: number[] = [];
  const readSecret: SecretReader = async (ref) => new Secret("env" in ref ? (secrets[ref.env] ?? "") : "");
  return {
    readSecret,
    environment: {},
    version: "0.1.0",
    timeoutMs: 500,
    pauses,
    clock: {
      now: Date.now,
      sleep: async (milliseconds) => {
        pauses.push(milliseconds);
      },
    },
  };
}

/** The one problem that a delivery ends in; undefined where it is delivered. */
export async function problemOf(delivery: Promise<void>): Promise<Problem | undefined> {
  try {
    await delivery;
    return undefined;
  } catch (error) {
    if (error instanceof ZivsyncError) return error.problems[0];
    throw error;
  }
}
