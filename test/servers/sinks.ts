import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/*
 * Receivers of notifications on loopback: a web service that answers by a script, and a mail server that speaks STARTTLS and AUTH.
 */

export type Received = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type WebSink = {
  readonly url: string;
  readonly received: Received[];
  close(): Promise<void>;
};

/** Answers the nth request by the nth answer, and further ones by the last: a status, or what is done with the response. */
export type Answer = number | ((response: ServerResponse) => void);

/** `largest`: bytes of a body that are taken; more is answered with 413. */
export async function startWebSink(
  answers: readonly Answer[] = [200],
  { largest = 1_000_000 }: { readonly largest?: number } = {},
): Promise<WebSink> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const answer = answers[Math.min(received.length, answers.length - 1)] ?? 200;
      const { method = "", url: path = "", headers } = request;
      received.push({ method, path, headers, body: body.toString("utf8") });
      if (body.length > largest) response.writeHead(413).end();
      else if (typeof answer === "number") response.writeHead(answer).end("ok");
      else answer(response);
    });
  });
  return { url: await listen(server), received, close: () => closed(server) };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

export type ReceivedMail = {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly secure: boolean;
  readonly raw: string;
};

export type MailSink = {
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** Names and passwords that were offered, and whether the connection was encrypted then. */
  readonly logins: { readonly user: string; readonly password: string; readonly secure: boolean }[];
  close(): Promise<void>;
};

export async function startMailSink(
  options: SMTPServerOptions & { readonly password?: string } = {},
): Promise<MailSink> {
  const { password, ...given } = options;
  const mails: ReceivedMail[] = [];
  const logins: { user: string; password: string; secure: boolean }[] = [];
  const server = new SMTPServer({
    authOptional: password === undefined,
    logger: false,
    onAuth(auth, session, callback) {
      logins.push({ user: auth.username ?? "", password: auth.password ?? "", secure: session.secure });
      if (password !== undefined && auth.password === password) callback(null, { user: auth.username ?? "" });
      else callback(new Error("Invalid username or password"));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: session.user,
          secure: session.secure,
          raw: Buffer.concat(chunks).toString("utf8"),
        });
        callback();
      });
    },
    ...given,
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return { port, mails, logins, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
