import { expect, it } from "vitest";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";

/*
 * Whatever comes from a directory is hostile text. These names come from the spreadsheet and from Zivver, and none of them
 * may do anything in what zivsync prints or writes for people.
 */

const NAMES = [
  "\u001b[31mRed\u001b[0m",
  "\u001b]8;;http://x.test\u0007link",
  "</script><script>alert(1)</script>",
  "| a | b |",
  "`code` **bold** ![x](http://x.test)",
  "@everyone @team/all",
  "::error::stop",
  "##[group]x",
  "one\nPlan: 0 to create",
  "two\n::error::stop\n ##[group]x",
  "\u202eevil\u2066",
  "\u009bCSI",
  "=cmd()|'/c calc'!A0",
  "x".repeat(10_000),
];
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const HARMFUL =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

it("hostile names do nothing in any output", async () => {
  const place = await workplace();
  const simulator = await simulated({
    claimedDomains: ["example.org", "example.com"],
    divisions: ["/"],
    personal: NAMES.map((fullName, at) => ({ address: `live${at}@example.org`, fullName })),
  });
  const rows = NAMES.map((name, at) =>
    [`new${at}@example.org`, name, `${ACCOUNT_KEY}${at}`].map(quoted).join(","),
  );
  await place.write({
    "desired-state/users.csv": `Email,Full name,Account key\n${rows.join("\n")}\nbell@example.org,Bell,${ACCOUNT_KEY}\u0007\n${quoted("\u001b[2J@x")},Nobody,k\n`,
    "desired-state/shared.csv": "Email,Full name,Delegates\ndesk@example.org,Desk,\u001b[31mred\n",
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      "guards: { create: off, suspend: off }\n",
    ),
  });
  const outputs: Record<string, string> = {};
  for (const words of [
    ["plan"],
    ["plan", "--details"],
    ["show", "plan.json"],
    ["show", "plan.json", "-f", "markdown"],
    ["accounts"],
    ["records"],
    ["plan", "--only", "\u001b[31m@example.org"],
    ["records", "\u001b[31msource"],
  ]) {
    const run = await place.zivsync(...words);
    outputs[words.join(" ")] = `${run.out}${run.err}`;
  }
  for (const [command, output] of Object.entries(outputs)) {
    expect({ command, harmful: HARMFUL.exec(output)?.[0] }).toEqual({ command, harmful: undefined });
    expect({ command, injected: /^(?:::|##\[)/m.test(output) }).toEqual({ command, injected: false });
    expect({ command, lines: output.match(/^Plan: 0 to create$/m) }).toEqual({ command, lines: null });
  }
  for (const words of [["plan"], ["show", "plan.json"], ["accounts"], ["records"]]) {
    const { out } = await place.zivsync("--json", ...words);
    const command = `--json ${words.join(" ")}`;
    expect({ command, harmful: HARMFUL.exec(out)?.[0] }).toEqual({ command, harmful: undefined });
    expect({ command, injected: /^::|##\[/m.test(out) }).toEqual({ command, injected: false });
    // It is the same data all the same.
    const plain = JSON.stringify(JSON.parse(out));
    if (words[0] === "accounts")
      for (const name of NAMES) expect(plain).toContain(JSON.stringify(name).slice(1, -1));
  }
  expect(outputs.plan).toContain(
    "Full name: The name holds a control character (U+001B). Write it again without it.",
  );
  expect(outputs.plan).toContain("bell@example.org: Account key: The cell holds control characters.");
  expect(outputs.accounts).toContain("\\u{1b}[31mRed");
  const markdown = outputs["show plan.json -f markdown"] ?? "";
  expect(markdown.replace(/`[^`\n]*`/g, "")).not.toMatch(/<script|@everyone|!\[x\]|\| a \| b \|/);
  const csv = (await place.zivsync("accounts", "-f", "csv")).out;
  expect(csv.match(/(?:^|,)"?[=+\-@]/gm)).toBeNull();
  expect(csv.match(/^ *(?:::|##\[)/gm)).toBeNull();
});
