import { createTransport } from "nodemailer";
import type { MailChannel } from "../model/run/channel.ts";
import { type DeliveryFailure, failure, networkFailure } from "./failure.ts";
import { type NotifyPorts, readCa, TIMEOUT_MS } from "./ports.ts";
import { withRetries } from "./retry.ts";

/** Bytes of all attachments; a report that is larger stays where it was made. Mail servers take 10 MB as a rule, encoded. */
export const LARGEST_ATTACHMENT = 5 * 1024 * 1024;
/** One attempt may take this many times the longest silence: a server that says a little now and then would never end it. */
export const WHOLE_TIMES = 4;

export type Letter = {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly { readonly filename: string; readonly content: string }[];
};

/** Sends mail. `id` is the same for every attempt, and becomes the Message-ID. Throws DeliveryFailure. */
export async function sendMail(
  channel: MailChannel,
  letter: Letter,
  id: string,
  ports: NotifyPorts,
): Promise<void> {
  const transport = createTransport(await transportOptions(channel, ports));
  const { from, to } = channel;
  const domain = from.address.slice(from.address.lastIndexOf("@") + 1);
  const mail = {
    from,
    to: [...to],
    subject: letter.subject,
    text: letter.text,
    html: letter.html,
    attachments: letter.attachments.map((one) => ({ ...one, contentType: "text/html; charset=utf-8" })),
    messageId: `<${id}@${domain}>`,
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  const wholeMs = WHOLE_TIMES * (ports.timeoutMs ?? TIMEOUT_MS);
  try {
    await withRetries(async () => {
      try {
        const bounded = { ...mail, signal: AbortSignal.timeout(wholeMs) };
        await transport.sendMail(bounded);
      } catch (error) {
        throw mailFailure(channel, error);
      }
    }, ports.clock);
  } finally {
    transport.close();
  }
}

/**
 * STARTTLS is required, and the certificate is verified, before a password or a message is sent. `none` speaks no TLS at all,
 * and has no password: the configuration refuses one.
 */
async function transportOptions(channel: MailChannel, { readSecret, timeoutMs = TIMEOUT_MS }: NotifyPorts) {
  const { host, port, tls, login, where } = channel;
  const ca = await readCa(channel);
  const isClear = tls === "none";
  return {
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: isClear,
    tls: {
      rejectUnauthorized: true,
      minVersion: "TLSv1.2" as const,
      servername: host,
      ...(ca === undefined ? {} : { ca }),
    },
    ...(login === undefined || isClear
      ? {}
      : { auth: { user: login.user, pass: (await readSecret(login.password, where)).reveal() } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    logger: false,
    debug: false,
  };
}

/** nodemailer's errors quote the server, so only their codes leave this file. */
function mailFailure(channel: MailChannel, error: unknown): DeliveryFailure {
  const {
    code = "",
    responseCode,
    message = "",
  } = error as {
    readonly code?: string;
    readonly responseCode?: number;
    readonly message?: string;
  };
  const name = `\`${channel.name}\``;
  if (code === "EABORT") return networkFailure(channel, "the mail server", "timeout");
  if (code === "EAUTH" || code === "ENOAUTH") {
    return failure(
      channel,
      {
        code: "notify-credentials",
        message: `The mail server of ${name} does not take this user and password${answered(responseCode)}.`,
        remedy: "Check `smtp.user` and the secret that `smtp.password` names.",
      },
      { retry: responseCode !== undefined && responseCode >= 400 && responseCode < 500 },
    );
  }
  if (code === "ETLS" || /certificate|STARTTLS|\bSSL\b|\bTLS\b|altname/i.test(message))
    return networkFailure(channel, "the mail server", "ETLS");
  if (responseCode !== undefined) {
    return failure(
      channel,
      {
        code: "notify-refused",
        message: `The mail server of ${name} refused the message${answered(responseCode)}.`,
        remedy:
          "Ask who runs it whether it takes mail from this machine, from this sender and to these receivers.",
      },
      { retry: responseCode >= 400 && responseCode < 500 },
    );
  }
  return networkFailure(channel, "the mail server", code === "" ? "unknown" : code);
}

function answered(responseCode: number | undefined): string {
  return responseCode === undefined ? "" : ` (it answered ${responseCode})`;
}
