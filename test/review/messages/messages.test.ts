import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/model/run/memory.ts";
import { RUN_EVENTS } from "../../../src/model/run/memory.ts";
import { eventsOf, type HeldAccount, type Run } from "../../../src/model/run/run.ts";
import { renderMail } from "../../../src/review/messages/mail.ts";
import { buildMessage } from "../../../src/review/messages/message.ts";
import { buildPayload } from "../../../src/review/messages/payload.ts";
import { renderSlack, SLACK_BLOCKS, SLACK_HEADER, SLACK_TEXT } from "../../../src/review/messages/slack.ts";
import { renderTeams, TEAMS_BYTES } from "../../../src/review/messages/teams.ts";
import { neutralJson, neutralLine } from "../../../src/review/shared/neutral.ts";
import { HOSTILE, hostileText } from "../../support/hostile-text.ts";
import { runs } from "../../support/runs.ts";

const AT = "2026-11-28T02:00:00.000Z";

const held = (name: string, days = 3): HeldAccount => ({
  action: "suspend",
  because: "incomplete",
  kind: "personal",
  address: "canary.leaver@example.org",
  fullName: name,
  since: "2026-11-25T02:00:00.000Z",
  days,
});

const RUN: Run = {
  command: "sync",
  organization: "example.org",
  at: AT,
  outcome: "partial",
  digest: `sha256:${"1".repeat(64)}`,
  applied: { create: 3, suspend: 1 },
  unapplied: [
    {
      action: "update",
      kind: "personal",
      address: "canary@example.org",
      state: "failed",
      detail: "Zivver answered 500.",
    },
  ],
  waiting: {
    digest: `sha256:${"2".repeat(64)}`,
    since: "2026-11-26T02:00:00.000Z",
    changes: { create: 40, update: 2 },
    reasons: ["create: 40, and 25 are approved in advance for 7 days"],
  },
  heldBack: [held("Canary Leaver"), held("Canary Two", 1)],
  guards: [{ guard: "suspend", kind: "personal", measured: 37, of: 300, limit: 15, verdict: "refused" }],
  problems: [
    {
      code: "directory-unreachable",
      where: "profiles/staff.yaml:12:5",
      message: "canary@example.org says no.",
    },
    { code: "csv-syntax", where: "canary.csv, line 3", message: "Row of Canary Person." },
  ],
  incomplete: [{ profile: "staff", name: "hr" }],
  due: [
    {
      zivverId: "z-1",
      address: "canary.due@example.org",
      suspendedAt: "2026-09-05T02:00:00.000Z",
      dueAt: "2026-12-04T02:00:00.000Z",
    },
  ],
  look: ["https://github.com/example-org/zivver/actions/runs/7"],
};

test("a message is short: counts, what waits, what is held back and for how long, and where to look", () => {
  expect(buildMessage(RUN, "partial", "counts")).toEqual({
    title: "zivsync example.org: applied in part, 1 change is not in place",
    tone: "bad",
    parts: [
      { title: "Applied", lines: ["3 created, 1 suspended."] },
      { title: "Not applied", lines: ["1 change: 1 failed."] },
      {
        title: "Waiting for approval",
        lines: [
          "40 to create, 2 to update, since 2026-11-26.",
          "create: 40, and 25 are approved in advance for 7 days",
        ],
      },
      {
        title: "Held back",
        lines: [
          "2 suspensions on hold for up to 3 days because not all that the sources of the profile give could be read.",
        ],
      },
      { title: "Refused by guards", lines: ["suspend (personal): 37, the limit is 15"] },
      {
        title: "What went wrong",
        lines: ["directory-unreachable at profiles/staff.yaml:12:5", "csv-syntax"],
      },
      { title: "Sources that could not be read in full", lines: ["staff/hr"] },
      {
        title: "Zivver deletes soon",
        lines: ["1 suspended account, the first on 2026-12-04. To keep one, reactivate it before."],
      },
    ],
    look: ["https://github.com/example-org/zivver/actions/runs/7"],
  });
});

test.each<[RunEvent | "test", string]>([
  ["waiting", "zivsync example.org: 42 changes wait for approval"],
  ["refused", "zivsync example.org: `sync` was refused"],
  ["failed", "zivsync example.org: `sync` failed"],
  ["held-back", "zivsync example.org: 2 removals are held back, for up to 3 days"],
  ["test", "zivsync example.org: test of notifications"],
])("of %s the title says it", (event, title) => {
  expect(buildMessage(RUN, event, "counts").title).toBe(title);
});

/** Every medium, as the text that is sent. */
function media(run: Run, event: RunEvent, details: "counts" | "names"): Readonly<Record<string, string>> {
  const message = buildMessage(run, event, details);
  const mail = renderMail(message, "");
  return {
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    teams: JSON.stringify(renderTeams(message)),
    slack: JSON.stringify(renderSlack(message)),
    webhook: neutralJson(JSON.stringify(buildPayload(run, event, { id: "i", names: details === "names" }))),
  };
}

describe("names", () => {
  test.each(RUN_EVENTS)("of %s are told only where `details: names` asks for them", (event) => {
    for (const [medium, text] of Object.entries(media(RUN, event, "counts")))
      expect([medium, /canary/i.test(text)]).toEqual([medium, false]);
    const named = media(RUN, event, "names");
    for (const medium of ["text", "html", "teams", "slack", "webhook"])
      expect([medium, named[medium]?.includes("canary.leaver@example.org")]).toEqual([medium, true]);
    expect(named.subject).not.toMatch(/canary/i);
  });
});

describe("sizes with 10,000 of everything", () => {
  const many = <T>(one: T): readonly T[] => Array.from({ length: 10_000 }, () => one);
  const name = '\u{1f4a9}\u202e<>&"\\'.repeat(60);
  const large: Run = {
    ...RUN,
    unapplied: RUN.unapplied.flatMap((one) => many({ ...one, address: `${name}@example.org`, detail: name })),
    heldBack: many({ ...held(name), address: `${name}@example.org` }),
    guards: RUN.guards.flatMap(many),
    problems: Array.from({ length: 10_000 }, (_, at) => ({
      code: "csv-syntax",
      where: `${name} ${at}`,
      message: name,
    })),
    incomplete: Array.from({ length: 10_000 }, (_, at) => ({
      profile: "p".repeat(64),
      name: `${"s".repeat(58)}${at}`,
    })),
    due: RUN.due.flatMap((one) => many({ ...one, address: `${name}@example.org` })),
  };

  test.each(["counts", "names"] as const)("every medium keeps to its limits: %s", (details) => {
    const message = buildMessage(large, "partial", details);
    const teams = new TextEncoder().encode(JSON.stringify(renderTeams(message)));
    expect(teams.length).toBeLessThanOrEqual(TEAMS_BYTES);
    expect(teams.length).toBeGreaterThan(1_000);
    const slack = renderSlack(message) as { blocks: readonly { type: string; text: { text: string } }[] };
    expect(slack.blocks.length).toBeLessThanOrEqual(SLACK_BLOCKS);
    for (const { type, text } of slack.blocks)
      expect(text.text.length).toBeLessThanOrEqual(type === "header" ? SLACK_HEADER : SLACK_TEXT);
    const { text, html } = renderMail(message, "");
    expect(Math.max(text.length, html.length)).toBeLessThan(1_000_000);
    const payload = JSON.stringify(buildPayload(large, "partial", { id: "i", names: details === "names" }));
    expect(payload.length).toBeLessThan(2_000_000);
  });
});

describe("hostile names", () => {
  const SAMPLES = [
    ...HOSTILE,
    "@everyone @channel @here",
    "<!channel> <!here> <@U123> <https://evil.example.org|click>",
    "<at>Everyone</at>",
    "{{DATE(2026-01-01T00:00:00Z,LONG)}} $(body) @{body}",
    "[click](https://evil.example.org)",
    "a\r\nBcc: c@example.org",
    "javascript:alert(1)",
    "*bold* _it_ ~no~ `code` :tada:",
  ];

  function check(name: string): void {
    const run: Run = { ...RUN, heldBack: [held(name)], unapplied: [], problems: [], due: [] };
    const {
      subject = "",
      text = "",
      html = "",
      teams = "",
      slack = "",
      webhook = "",
    } = media(run, "waiting", "names");
    const all = { subject, text, html, teams, slack, webhook };
    for (const [medium, sent] of Object.entries(all)) {
      const plain = sent.replaceAll("\n", "");
      expect([medium, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(plain)]).toEqual([medium, false]);
    }
    for (const sent of [text, html, teams, slack])
      expect(sent).not.toMatch(/(?<![\w.+%-])@(?:everyone|channel|here|team)/);
    expect(slack).not.toMatch(/<[!@#h]/);
    expect(teams).not.toContain("{{");
    expect(teams).not.toContain('"TextBlock"');
    expect(teams).not.toContain('"FactSet"');
    expect(slack).not.toContain('"mrkdwn"');
    const links = [...`${text}${html}${teams}${slack}`.matchAll(/\b[a-z]+:\/\/[^"\s<)]+|\bwww\.\S+/gi)].map(
      ([one]) => one,
    );
    expect(
      links.filter((one) => !/^https?:\/\/(?:github\.com\/example-org|adaptivecards\.io)/.test(one)),
    ).toEqual([]);
    // Elements of ours alone.
    const tags = [...html.matchAll(/<\/?([a-z0-9!]+)/gi)].map(([, tag = ""]) => tag.toLowerCase());
    const ours = [
      "!doctype",
      "html",
      "head",
      "meta",
      "title",
      "body",
      "h1",
      "h2",
      "ul",
      "li",
      "bdi",
      "p",
      "a",
    ];
    expect(tags.filter((tag) => !ours.includes(tag))).toEqual([]);
  }

  test.each(SAMPLES)("are neutral in every medium: %j", (name) => {
    check(name);
  });

  test("are neutral in every medium, whatever they are", () => {
    expect(neutralLine("@here")).toBe("\\u{40}here");
    expect(neutralLine("㐀@team @x jos\u00e9@example.org")).toBe(
      "㐀\\u{40}team \\u{40}x jos\u00e9@example.org",
    );
    fc.assert(fc.property(hostileText, check), { numRuns: runs(25, 2_000) });
  });

  test("stay readable", () => {
    expect(neutralLine('"Jos\u00e9 de Vries" <j.devries@example.org>: 3 days')).toBe(
      '"Jos\u00e9 de Vries" <j.devries@example.org>: 3 days',
    );
    expect(neutralLine("@everyone see https://evil.example.org")).toBe(
      "\\u{40}everyone see https:\\u{2f}/evil.example.org",
    );
  });
});

test("the first plan of a state waits although it is empty", () => {
  const reasons = ["the state is new, and its first plan is for people: apply waiting.json"];
  const waiting = { digest: `sha256:${"2".repeat(64)}`, since: AT, changes: {}, reasons };
  const run: Run = { ...RUN, outcome: "pending", applied: {}, unapplied: [], waiting };
  const { title, parts } = buildMessage(run, "waiting", "counts");
  expect(title).toBe("zivsync example.org: the first plan of a new state waits for approval");
  expect(parts).toContainEqual({
    title: "Waiting for approval",
    lines: ["No changes, since 2026-11-28.", ...reasons],
  });
});

test("a state that could not be saved is told as that", () => {
  const problems = [
    { code: "file-unwritable", where: "/srv/zivsync/state.jsonl", message: "The disc is full." },
  ];
  const run = { ...RUN, unapplied: [], problems } as Run;
  const { title, parts } = buildMessage(run, "partial", "counts");
  expect(title).toBe("zivsync example.org: applied, but the state could not be saved");
  expect(parts).toContainEqual({ title: "What went wrong", lines: ["file-unwritable"] });
});

test("a source that is incomplete for long is an event without a leaver, too", () => {
  const since = "2026-11-24T02:00:01.000Z";
  const run: Run = {
    ...RUN,
    outcome: "pending",
    heldBack: [],
    incomplete: [{ profile: "staff", name: "hr", since }],
  };
  const DAY = 86_400_000;
  expect([
    eventsOf(run, 4 * DAY).includes("held-back"),
    eventsOf(run, 5 * DAY).includes("held-back"),
  ]).toEqual([true, false]);
  const { title, parts } = buildMessage(run, "held-back", "counts");
  expect(title).toBe("zivsync example.org: 1 source could not be read in full, for up to 4 days");
  expect(parts).toContainEqual({
    title: "Sources that could not be read in full",
    lines: ["staff/hr, for 4 days"],
  });
});
