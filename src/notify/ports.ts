import { readFileBytes } from "../file-bytes.ts";
import type { Clock, SecretReader } from "../model/ports.ts";
import type { Channel } from "../model/run/channel.ts";
import type { NamedFile } from "../model/source-config/named-file.ts";
import { failure } from "./failure.ts";

/** The ports of a delivery. */
export type NotifyPorts = {
  readonly readSecret: SecretReader;
  readonly clock: Clock;
  /** Where the proxy is named. */
  readonly environment: NodeJS.ProcessEnv;
  /** Of zivsync, for the receiver. */
  readonly version: string;
  /** Of one attempt; left out, 15 s. */
  readonly timeoutMs?: number;
};

/** Of one attempt, from its first byte to the last one of the answer. */
export const TIMEOUT_MS = 15_000;
/** Pauses before the second and the third attempt; a receiver that asks for a longer one gets it, up to LONGEST_PAUSE_MS. */
export const PAUSES_MS: readonly number[] = [1_000, 5_000];
export const LONGEST_PAUSE_MS = 30_000;
/** Bytes of a file with certificates. */
export const LARGEST_CA = 1024 * 1024;

/** The certificates that are trusted for a receiver; undefined where the channel names none. Throws DeliveryFailure. */
export async function readCa(channel: Channel & { readonly ca?: NamedFile }): Promise<string | undefined> {
  if (channel.ca === undefined) return undefined;
  try {
    return (await readFileBytes(channel.ca.path, LARGEST_CA)).toString("utf8");
  } catch (error) {
    const reason =
      error instanceof RangeError ? error.message : ((error as NodeJS.ErrnoException).code ?? "");
    throw failure(
      channel,
      {
        code: "file-unreadable",
        message: `The file ${channel.ca.shownAs} cannot be read (${reason}), and \`${channel.name}\` trusts the certificates in it.`,
        remedy: "Correct `caFile`, or look at the permissions of the file.",
      },
      { retry: false },
    );
  }
}
