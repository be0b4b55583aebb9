import { describe, expect, test } from "vitest";
import { load, ORGANIZATION, PROFILE, problemsOf } from "../folder.ts";

const folder = (notify: string) => ({
  "organization.yaml": `${ORGANIZATION}${notify}`,
  "profiles/staff.yaml": PROFILE,
});
const channels = async (notify: string) => (await load(folder(notify))).notify;
const problems = async (notify: string) => problemsOf(folder(notify));

const MAIL = `notify:
  - type: mail
    smtp: { host: smtp.example.org, user: zivsync, password: { env: SMTP_PASSWORD } }
    from: "Zivver beheer <Zivsync@Example.org>"
    to: [ict@example.org, Beheer@example.org]
`;
const LINE = ORGANIZATION.split("\n").length;

describe("channels", () => {
  test("are read in their order, with what is left out filled in", async () => {
    const read = await channels(`${MAIL}  - { type: teams, url: { env: TEAMS }, on: [failed], details: names }
  - { type: slack, url: { env: SLACK } }
  - { type: webhook, url: { env: HOOK }, secret: { env: HOOK_SECRET } }
  - { type: heartbeat, url: { env: HEARTBEAT } }
`);
    const all = ["waiting", "refused", "failed", "partial", "held-back"];
    expect(read).toEqual([
      {
        type: "mail",
        name: "notify[0] mail",
        where: `organization.yaml:${LINE + 1}:5`,
        on: all,
        details: "counts",
        host: "smtp.example.org",
        port: 587,
        tls: "starttls",
        login: { user: "zivsync", password: { env: "SMTP_PASSWORD" } },
        from: { name: "Zivver beheer", address: "zivsync@example.org" },
        to: ["ict@example.org", "beheer@example.org"],
      },
      {
        type: "teams",
        name: "notify[1] teams",
        where: `organization.yaml:${LINE + 5}:5`,
        on: ["failed"],
        details: "names",
        url: { env: "TEAMS" },
      },
      {
        type: "slack",
        name: "notify[2] slack",
        where: `organization.yaml:${LINE + 6}:5`,
        on: all,
        details: "counts",
        url: { env: "SLACK" },
      },
      {
        type: "webhook",
        name: "notify[3] webhook",
        where: `organization.yaml:${LINE + 7}:5`,
        on: all,
        details: "counts",
        url: { env: "HOOK" },
        secret: { env: "HOOK_SECRET" },
      },
      {
        type: "heartbeat",
        name: "notify[4] heartbeat",
        where: `organization.yaml:${LINE + 8}:5`,
        url: { env: "HEARTBEAT" },
      },
    ]);
  });

  test.each([
    ["{ host: mx.example.org }", { port: 587, tls: "starttls" }],
    ["{ host: mx.example.org, port: 465 }", { port: 465, tls: "implicit" }],
    ["{ host: mx.example.org, port: 25 }", { port: 25, tls: "starttls" }],
    ["{ host: mx.example.org, tls: implicit }", { port: 465, tls: "implicit" }],
    ["{ host: mx.example.org, tls: none }", { port: 25, tls: "none" }],
  ])("mail goes by TLS unless it is said otherwise: %s", async (smtp, expected) => {
    const [mail] = await channels(
      `notify: [{ type: mail, smtp: ${smtp}, from: a@example.org, to: [b@example.org] }]\n`,
    );
    expect(mail).toMatchObject(expected);
  });
});

describe("what is refused", () => {
  const mail = (smtp: string, from = "a@example.org") =>
    `notify: [{ type: mail, smtp: ${smtp}, from: "${from}", to: [b@example.org] }]\n`;

  test.each([
    [
      "a password in clear",
      mail("{ host: mx.example.org, tls: none, user: u, password: { env: P } }"),
      "With `tls: none` the password would cross the network in clear.",
    ],
    [
      "a user without a password",
      mail("{ host: mx.example.org, user: u }"),
      "`password` is missing in `smtp`: a mail server takes both or neither.",
    ],
    [
      "a password without a user",
      mail("{ host: mx.example.org, password: { env: P } }"),
      "`user` is missing in `smtp`: a mail server takes both or neither.",
    ],
    [
      "a sender that is not an address",
      mail("{ host: mx.example.org }", "zivsync"),
      "`from` is not an e-mail address, and mail without a sender is not delivered.",
    ],
    [
      "a sender that goes on as another header",
      mail("{ host: mx.example.org }", "a@example.org\\r\\nBcc: c@example.org"),
      "`from` is not an e-mail address, and mail without a sender is not delivered.",
    ],
  ])("%s", async (_, notify, message) => {
    expect((await problems(notify)).map((one) => one.message)).toEqual([message]);
  });

  test.each([
    ["an address of a web service in the file", "url: https://hooks.example.org/T0/secret", "secret-inline"],
    ["an unknown event", "url: { env: A }, on: [success]", "config-shape"],
    ["an unknown key", "url: { env: A }, chanel: x", "unknown-key"],
    ["Zivver's key as an address", "url: { env: ZIVVER_API_KEY }", "secret-shared"],
    ["what belongs to the workflow", "url: { env: GITHUB_TOKEN }", "secret-reserved"],
  ])("%s", async (_, keys, code) => {
    const found = await problems(`notify: [{ type: slack, ${keys} }]\n`);
    expect(found.map((one) => one.code)).toEqual([code]);
    expect(JSON.stringify(found)).not.toContain("T0/secret");
  });

  test("one secret for two receivers", async () => {
    const found = await problems(
      "notify:\n  - { type: slack, url: { env: A } }\n  - { type: teams, url: { env: A } }\n",
    );
    expect(found).toEqual([
      {
        code: "secret-shared",
        where: `organization.yaml:${LINE + 2}:5`,
        message: `The environment variable A holds the secret of \`notify[0] slack\` (organization.yaml:${LINE + 1}:5), and \`notify[1] teams\` would send it elsewhere.`,
        remedy:
          "Give each its own secret. Two sources may share one only where both log on to the same servers as the same user.",
      },
    ]);
  });
});

test("when held-back removals alert, and when Zivver deletes suspended accounts", async () => {
  const usual = await load(folder(""));
  expect([usual.alertAfterMs, usual.deletedAfterDays]).toEqual([3 * 86_400_000, undefined]);
  const written = await load(
    folder("heldBack: { alertAfter: 36h }\nsuspendedAccounts: { deletedAfter: 90d }\n"),
  );
  expect([written.alertAfterMs, written.deletedAfterDays]).toEqual([36 * 3_600_000, 90]);
  const wrong = await problems("suspendedAccounts: { deletedAfter: 12w }\n");
  expect(wrong.map(({ code }) => code)).toEqual(["config-shape"]);
});
