import { createHmac } from "node:crypto";
import type { ChatChannel, HeartbeatChannel, WebhookChannel } from "../model/run/channel.ts";
import { type HttpAnswer, type HttpRequest, NetworkTrouble, openHttp } from "../network/http.ts";
import { type DeliveryFailure, failure, networkFailure } from "./failure.ts";
import { type NotifyPorts, readCa, TIMEOUT_MS } from "./ports.ts";
import { withRetries } from "./retry.ts";

/** Bytes of a receiver's answer; nothing of it is shown. */
export const LARGEST_ANSWER = 64 * 1024;

type WebChannel = ChatChannel | WebhookChannel | HeartbeatChannel;

/** Posts JSON to a channel's address. `id` is the same for every attempt. Throws DeliveryFailure. */
export async function postJson(
  channel: ChatChannel | WebhookChannel,
  body: string,
  id: string,
  ports: NotifyPorts,
): Promise<void> {
  const signed = channel.type === "webhook" ? await signature(channel, body, ports) : {};
  const headers = { "content-type": "application/json; charset=utf-8", "idempotency-key": id, ...signed };
  const url = await addressOf(channel, ports);
  await send(channel, { method: "POST", url: url.href, headers, body }, ports);
}

/** Calls a heartbeat: its address after a success, `/fail` below it otherwise. Throws DeliveryFailure. */
export async function callHeartbeat(
  channel: HeartbeatChannel,
  isSuccess: boolean,
  ports: NotifyPorts,
): Promise<void> {
  const url = await addressOf(channel, ports);
  if (!isSuccess) url.pathname = `${url.pathname.replace(/\/+$/, "")}/fail`;
  await send(channel, { method: "GET", url: url.href, headers: {} }, ports);
}

/** HMAC-SHA-256 over the bytes of the body, as GitHub signs its webhooks. */
async function signature(
  { secret, where }: WebhookChannel,
  body: string,
  { readSecret }: NotifyPorts,
): Promise<Record<string, string>> {
  if (secret === undefined) return {};
  const key = await readSecret(secret, where);
  const hex = createHmac("sha256", key.reveal()).update(body).digest("hex");
  return { "x-zivsync-signature-256": `sha256=${hex}` };
}

const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** The address that a channel's secret holds. It is not shown, not even its host. */
async function addressOf(channel: WebChannel, { readSecret }: NotifyPorts): Promise<URL> {
  const text = (await readSecret(channel.url, channel.where)).reveal();
  const fail = (message: string): DeliveryFailure =>
    failure(
      channel,
      {
        code: "notify-url",
        message,
        remedy: "Store the whole address, beginning with `https://`, as you copied it.",
      },
      { retry: false },
    );
  if (!URL.canParse(text))
    throw fail(`The secret of \`${channel.name}\` is not an address of a web service.`);
  const url = new URL(text);
  const isLocal = url.protocol === "http:" && LOOPBACK.includes(url.hostname);
  if (url.protocol !== "https:" && !isLocal)
    throw fail(
      `The address of \`${channel.name}\` does not begin with \`https://\`, and would be sent in clear.`,
    );
  if (url.username !== "" || url.password !== "")
    throw fail(`The address of \`${channel.name}\` holds a user name or a password, which is not sent.`);
  return url;
}

async function send(channel: WebChannel, request: HttpRequest, ports: NotifyPorts): Promise<void> {
  const ca = channel.type === "webhook" || channel.type === "heartbeat" ? await readCa(channel) : undefined;
  const { environment, clock, version, timeoutMs = TIMEOUT_MS } = ports;
  const http = openHttp({
    timeoutMs,
    largestAnswer: LARGEST_ANSWER,
    environment,
    ...(ca === undefined ? {} : { ca: [ca] }),
  });
  const headers = { ...request.headers, "user-agent": `zivsync/${version}` };
  try {
    await withRetries(() => sendOnce(channel, () => http.send({ ...request, headers })), clock);
  } finally {
    await http.close();
  }
}

async function sendOnce(channel: WebChannel, request: () => Promise<HttpAnswer>): Promise<void> {
  try {
    const refused = refusalOf(channel, await request());
    if (refused !== undefined) throw refused;
  } catch (error) {
    if (!(error instanceof NetworkTrouble)) throw error;
    // The receiver has taken the message, however long its answer is.
    if (error.code === "too-large" || error.code === "not-text") return;
    throw networkFailure(channel, "the receiver", error.code);
  }
}

function refusalOf(channel: WebChannel, { status, headers }: HttpAnswer): DeliveryFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  const name = `\`${channel.name}\``;
  if (status >= 300 && status < 400) {
    return failure(
      channel,
      {
        code: "notify-refused",
        message: `The receiver of ${name} leads elsewhere (${status}), and its address is a secret that is sent nowhere else.`,
        remedy: "Store the address that it leads to.",
      },
      { retry: false },
    );
  }
  const again = status === 429 || status >= 500;
  const seconds = Number(headers["retry-after"] ?? "");
  return failure(
    channel,
    {
      code: "notify-refused",
      message: `The receiver of ${name} answered ${status}.`,
      remedy: again
        ? "It may be busy or out of order: `zivsync notify test` tries again."
        : "Make a new address where you made this one, and store it.",
    },
    { retry: again, waitMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined },
  );
}
