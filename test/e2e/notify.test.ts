import { createHmac } from "node:crypto";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, onTestFinished, test } from "vitest";
import outputSchema from "../../schemas/output.schema.json" with { type: "json" };
import planSchema from "../../schemas/plan.schema.json" with { type: "json" };
import { startWebSink, type WebSink } from "../servers/sinks.ts";
import { organizationYaml, PROFILE_YAML, simulated, type Workplace, workplace } from "../support/cli.ts";

const SHARED = "Email,Full name,Delegates\n";
const seed = () => ({
  claimedDomains: ["example.org", "example.com"],
  personal: ["a", "b", "c"].map((name) => ({ address: `${name}@example.org`, fullName: `Person ${name}` })),
  functional: [],
});
const users = (...names: string[]) =>
  `Email,Full name\n${names.map((name) => `${name}@example.org,Person ${name}\n`).join("")}`;

async function sink(): Promise<WebSink> {
  const started = await startWebSink();
  onTestFinished(() => started.close());
  return started;
}

type Stage = {
  readonly place: Workplace;
  readonly hook: WebSink;
  readonly beat: WebSink;
  run(...words: string[]): ReturnType<Workplace["zivsync"]>;
};

async function stage(extra = ""): Promise<Stage> {
  const simulator = await simulated(seed());
  const [hook, beat] = [await sink(), await sink()];
  const place = await workplace();
  const notify = `state: { store: file, path: ../state.jsonl }
suspendedAccounts: { deletedAfter: 90d }
notify:
  - { type: webhook, url: { env: HOOK_URL }, secret: { env: HOOK_SECRET } }
  - { type: heartbeat, url: { env: BEAT_URL } }
${extra}`;
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url, notify),
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/users.csv": users("a", "b", "d"),
    "desired-state/shared.csv": SHARED,
  });
  const environment = {
    HOOK_URL: `${hook.url}/canary-token`,
    HOOK_SECRET: "canary-hook-secret",
    BEAT_URL: `${beat.url}/ping`,
  };
  const run = async (...words: string[]) => {
    const result = await place.zivsyncWith(environment, ...words);
    expect(result.out + result.err).not.toMatch(/canary-(token|hook)/);
    return result;
  };
  return { place, hook, beat, run };
}

async function applied({ place, run }: Stage) {
  const planned = await run("plan");
  expect(planned.err + planned.out).toContain("The plan was written");
  const { digest } = JSON.parse(await place.read("plan.json")) as { digest: string };
  const done = await run("apply", "plan.json", "--approve", digest);
  expect(done.err).not.toContain("error[plan-tampered]");
  return done;
}

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(planSchema);
ajv.addSchema(outputSchema);

describe("a run", () => {
  test("that is done is a heartbeat and no message, and the state remembers it", async () => {
    const at = await stage();
    expect((await at.run("status", "--max-age", "26h")).code).toBe(1);
    expect((await applied(at)).code).toBe(0);
    expect(at.beat.received.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /ping"]);
    expect(at.hook.received).toEqual([]);
    const status = await at.run("status", "--max-age", "26h");
    expect([status.code, status.out]).toEqual([
      0,
      expect.stringMatching(/^Last success: .* \(`apply`, \d+ seconds? ago\)$/m),
    ]);
    expect((await at.run("status", "-f", "prometheus")).out).toMatch(
      /^zivsync_last_success_timestamp_seconds\{organization="example\.org"\} \d+/m,
    );
  });

  test("of a suspension says in its review when Zivver deletes the account, and the state since when it is suspended", async () => {
    const at = await stage();
    const plan = await at.run("plan");
    expect(plan.out).toContain("Zivver deletes this account 90 days after.");
    await applied(at);
    expect(await at.place.read("state.jsonl")).toMatch(/"suspended":"missing","suspendedAt":"\d{4}-/);
    expect(JSON.parse((await at.run("status", "--json")).out)).toMatchObject({ due: [], undated: 0 });
  });

  test("that is refused is told: signed, under an idempotency key, as the schema says, and the heartbeat fails", async () => {
    const at = await stage();
    await at.run("plan");
    const run = await at.run("apply", "plan.json", "--approve", `sha256:${"0".repeat(64)}`);
    expect(run.code).toBe(3);
    const [told] = at.hook.received;
    const body = JSON.parse(told?.body ?? "null");
    const validate = ajv.getSchema(`${outputSchema.$id}#/$defs/notification`);
    expect([validate?.(body), validate?.errors ?? []]).toEqual([true, []]);
    expect(body).toMatchObject({
      event: "refused",
      outcome: "refused",
      problems: [{ code: "plan-unapproved" }],
    });
    expect(told?.headers["idempotency-key"]).toBe(body.id);
    const hex = createHmac("sha256", "canary-hook-secret")
      .update(told?.body ?? "")
      .digest("hex");
    expect(told?.headers["x-zivsync-signature-256"]).toBe(`sha256=${hex}`);
    expect(at.beat.received.map(({ path }) => path)).toEqual(["/ping/fail"]);
  });

  test("of a scheduled apply that still lacks signatures tells nobody, and another refusal is told", async () => {
    const at = await stage("approval: { required: 1 }\n");
    await at.place.write({ "desired-state/approvers": "" });
    await at.run("plan");
    const waits = await at.run("apply", "plan.json");
    expect([waits.code, waits.err]).toEqual([3, expect.stringContaining("error[plan-unapproved]")]);
    expect([at.hook.received, at.beat.received]).toEqual([[], []]);
    await at.place.write({ "plan.json": (await at.place.read("plan.json")).replace("Person c", "Person x") });
    expect((await at.run("apply", "plan.json")).err).toContain("error[plan-tampered]");
    expect(at.hook.received).toHaveLength(1);
    expect(at.beat.received.map(({ path }) => path)).toEqual(["/ping/fail"]);
  });

  test("keeps its outcome where a notification fails, which stderr and status say until one arrives", async () => {
    const at = await stage("  - { type: slack, url: { env: NOWHERE }, on: [refused] }\n");
    await at.run("plan");
    const refused = await at.run("apply", "plan.json", "--approve", `sha256:${"0".repeat(64)}`);
    expect(refused.code).toBe(3);
    expect(refused.err).toContain("error[secret-missing]");
    expect(refused.err).toContain("A notification was not delivered.");
    const status = JSON.parse((await at.run("status", "--json")).out);
    expect(status.undelivered).toMatchObject([
      { channel: "notify[2] slack", event: "refused", code: "secret-missing" },
    ]);
    expect((await applied(at)).code).toBe(0);
  });

  test("that holds removals back says so at the top, with exit code 2, and status says why", async () => {
    const at = await stage();
    await applied(at);
    await at.place.write({ "desired-state/users.csv": `${users("a", "d")}broken,Nobody\n` });
    const plan = await at.run("plan", "--detailed-exitcode");
    expect(plan.code).toBe(2);
    expect(plan.out).toContain("Held back: 1 suspension on hold because ");
    await applied(at);
    const status = JSON.parse((await at.run("status", "--json")).out);
    expect(status.heldBack).toMatchObject([
      { kind: "personal", address: "b@example.org", because: "incomplete", days: 0 },
    ]);
  });
});

test("notify test sends on the real path, and says of each channel whether it arrived", async () => {
  const at = await stage("  - { type: teams, url: { env: NOWHERE } }\n");
  const run = await at.run("notify", "test");
  expect([run.code, run.out]).toEqual([
    1,
    "notify[0] webhook: delivered\nnotify[1] heartbeat: delivered\nnotify[2] teams: failed (secret-missing)\n",
  ]);
  expect(JSON.parse(at.hook.received[0]?.body ?? "null")).toMatchObject({ event: "test" });
  expect(at.beat.received.map(({ path }) => path)).toEqual(["/ping"]);
  const json = JSON.parse((await at.run("notify", "test", "--json")).out);
  const validate = ajv.getSchema(`${outputSchema.$id}#/$defs/notify`);
  expect([validate?.(json), validate?.errors ?? []]).toEqual([true, []]);
});

test("status without a state, and with a length of time that is none, says what to do", async () => {
  const simulator = await simulated(seed());
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url),
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/users.csv": users("a"),
    "desired-state/shared.csv": SHARED,
  });
  const without = await place.zivsync("status");
  expect([without.code, without.err]).toEqual([1, expect.stringContaining("error[state-required]")]);
  const wrong = await place.zivsync("status", "--max-age", "soon");
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining("error[usage] --max-age")]);
  const nobody = await place.zivsync("notify", "test");
  expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining("error[usage] notify test")]);
});
