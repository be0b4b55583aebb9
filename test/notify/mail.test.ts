import { type AddressInfo, createServer } from "node:net";
import type { SMTPServerOptions } from "smtp-server";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { MailChannel } from "../../src/model/run/channel.ts";
import { type Letter, sendMail } from "../../src/notify/mail.ts";
import { type Certificates, makeCertificates } from "../servers/certificates.ts";
import { type MailSink, startMailSink } from "../servers/sinks.ts";
import { portsOf, problemOf } from "./ports.ts";

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates.remove());

const open: MailSink[] = [];
afterEach(async () => {
  for (const sink of open.splice(0)) await sink.close();
});

const PASSWORD = "canary-smtp-password";

async function sink(options: SMTPServerOptions & { password?: string } = {}): Promise<MailSink> {
  const { cert, key } = certificates.server;
  const started = await startMailSink({ cert, key, ...options });
  open.push(started);
  return started;
}

function channelTo({ port }: Pick<MailSink, "port">, more: Partial<MailChannel> = {}): MailChannel {
  return {
    type: "mail",
    name: "notify[0] mail",
    where: "organization.yaml:6:5",
    on: [],
    details: "counts",
    host: "localhost",
    port,
    tls: "starttls",
    ca: { path: certificates.ca.certFile, shownAs: "ca.pem" },
    from: { name: "zivsync", address: "zivsync@example.org" },
    to: ["ict@example.org", "b@example.org"],
    ...more,
  };
}

const LOGIN = { login: { user: "zivsync", password: { env: "SMTP" } } };
const LETTER: Letter = {
  subject: "zivsync example.org: 3 changes wait",
  text: "Text",
  html: "<p>HTML</p>",
  attachments: [{ filename: "zivsync-report.html", content: "<p>Report</p>" }],
};

async function send(to: MailSink, more: Partial<MailChannel> = {}, letter = LETTER) {
  const ports = portsOf({ SMTP: PASSWORD });
  const problem = await problemOf(sendMail(channelTo(to, more), letter, "id-1", ports));
  expect(JSON.stringify(problem ?? {})).not.toContain("canary");
  return { problem, pauses: ports.pauses };
}

describe("mail", () => {
  test("goes over STARTTLS, after logging on, as text and HTML with the report", async () => {
    const to = await sink({ password: PASSWORD });
    expect((await send(to, LOGIN)).problem).toBeUndefined();
    expect(to.logins).toEqual([{ user: "zivsync", password: PASSWORD, secure: true }]);
    const [mail] = to.mails;
    expect(mail).toMatchObject({
      from: "zivsync@example.org",
      to: ["ict@example.org", "b@example.org"],
      user: "zivsync",
      secure: true,
    });
    expect(mail?.raw).toContain("Subject: zivsync example.org: 3 changes wait\r\n");
    expect(mail?.raw).toContain("Message-ID: <id-1@example.org>\r\n");
    expect(mail?.raw).toContain("Auto-Submitted: auto-generated\r\n");
    expect(mail?.raw).toContain("filename=zivsync-report.html");
    expect(mail?.raw).toContain("<p>HTML</p>");
    expect(mail?.raw).not.toContain(PASSWORD);
  });

  test("goes over TLS from the first byte", async () => {
    const to = await sink({ secure: true });
    expect((await send(to, { tls: "implicit" })).problem).toBeUndefined();
    expect(to.mails.map(({ secure }) => secure)).toEqual([true]);
  });

  test("goes in clear only where that is said, and then without a password", async () => {
    const to = await sink({ disabledCommands: ["STARTTLS"], authOptional: true });
    expect((await send(to, { tls: "none", ...LOGIN })).problem).toBeUndefined();
    expect([to.mails.map(({ secure }) => secure), to.logins]).toEqual([[false], []]);
  });

  test("is not sent, and nobody logs on, where the server has no STARTTLS", async () => {
    const to = await sink({ disabledCommands: ["STARTTLS"], allowInsecureAuth: true, password: PASSWORD });
    expect((await send(to, LOGIN)).problem).toEqual({
      code: "notify-tls",
      where: "organization.yaml:6:5",
      message:
        "No trusted TLS connection to the mail server of `notify[0] mail` (ETLS), so nothing was sent.",
      remedy:
        "Name the file with the certificates (PEM) of the authority that signed its certificate in `caFile`. Verification cannot be switched off.",
    });
    expect([to.mails, to.logins]).toEqual([[], []]);
  });

  test.each(["untrusted", "otherHost", "expired"] as const)(
    "is not sent, and nobody logs on, where the certificate is %s",
    async (which) => {
      const { cert, key } = certificates[which];
      const to = await sink({ cert, key, password: PASSWORD });
      const { problem, pauses } = await send(to, LOGIN);
      expect([problem?.code, pauses, to.mails, to.logins]).toEqual(["notify-tls", [], [], []]);
    },
  );

  test("says that the password is wrong", async () => {
    const to = await sink({ password: "another" });
    expect((await send(to, LOGIN)).problem).toEqual({
      code: "notify-credentials",
      where: "organization.yaml:6:5",
      message: "The mail server of `notify[0] mail` does not take this user and password (it answered 535).",
      remedy: "Check `smtp.user` and the secret that `smtp.password` names.",
    });
  });

  test("is tried again where the server is busy, and not where it refuses", async () => {
    const answers = [451, 451, 250];
    const busy = await sink({
      onRcptTo(_, __, callback) {
        const code = answers.shift() ?? 250;
        callback(code === 250 ? undefined : Object.assign(new Error("later"), { responseCode: code }));
      },
    });
    const { problem, pauses } = await send(busy, { to: ["ict@example.org"] });
    expect([problem, pauses, busy.mails.length]).toEqual([undefined, [1_000, 5_000], 1]);
    const refuses = await sink({
      onMailFrom: (_, __, callback) => callback(Object.assign(new Error("no"), { responseCode: 550 })),
    });
    const refused = await send(refuses);
    expect([refused.problem?.message, refused.pauses]).toEqual([
      "The mail server of `notify[0] mail` refused the message (it answered 550).",
      [],
    ]);
  });

  test("ends in time where the server says nothing, and says so where there is none", async () => {
    const silent = await sink({ onConnect: () => undefined });
    expect((await send(silent)).problem).toEqual({
      code: "notify-timeout",
      where: "organization.yaml:6:5",
      message: "The mail server of `notify[0] mail` did not answer in time.",
      remedy:
        "Check `smtp.host` and `smtp.port`, and that this machine may reach them: mail goes directly, through no proxy.",
    });
    const gone = await startMailSink();
    await gone.close();
    expect((await send(gone)).problem?.code).toBe("notify-unreachable");
  });

  test("ends in time where the server says a little now and then, and never all", async () => {
    const dripping = createServer((socket) => {
      socket.write("220 mail.example.org ESMTP\r\n");
      const drip = setInterval(() => socket.write("250-PIPELINING\r\n"), 20);
      socket.on("error", () => undefined).on("close", () => clearInterval(drip));
    });
    await new Promise<void>((resolve) => dripping.listen(0, "127.0.0.1", () => resolve()));
    open.push({ port: 0, mails: [], logins: [], close: async () => void dripping.close() });
    const { port } = dripping.address() as AddressInfo;
    const sent = sendMail(channelTo({ port }, { tls: "none", host: "127.0.0.1" }), LETTER, "id-1", {
      ...portsOf({}),
      timeoutMs: 50,
    });
    expect(await problemOf(sent)).toMatchObject({ code: "notify-timeout" });
  });

  test("has no header that its subject did not have", async () => {
    const to = await sink();
    await send(to, {}, { ...LETTER, subject: "a\r\nBcc: c@example.org\r\n\r\nbody" });
    const [mail] = to.mails;
    expect(mail?.to).toEqual(["ict@example.org", "b@example.org"]);
    expect(mail?.raw).not.toMatch(/^Bcc:/m);
  });
});
