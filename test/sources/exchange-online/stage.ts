import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { createSecretReader } from "../../../src/config/secrets/secrets.ts";
import type { Clock, Reading } from "../../../src/model/ports.ts";
import type { ExchangeOnlineConfig } from "../../../src/model/source-config/exchange.ts";
import { createSource } from "../../../src/sources/registry.ts";
import { type Certificates, makeCertificates } from "../../servers/certificates.ts";
import { type FakeExchange, type FakeExchangeOptions, startExchange } from "../../servers/exchange-online.ts";
import { type FakeTenant, guid, NO_TENANT } from "../../servers/exchange-tenant.ts";

export const TENANT_ID = guid("tenant");
export const CLIENT_ID = guid("application");
export const SECRET = "canary-client-secret";
export const WHERE = "profiles/all.yaml:6:5";

/** A clock on which a sleep ends as soon as it has begun. Starts at the true time, as tokens do. */
export class SkippingClock implements Clock {
  time = Date.now();
  now(): number {
    return this.time;
  }
  async sleep(milliseconds: number): Promise<void> {
    const until = this.time + milliseconds;
    await new Promise(setImmediate);
    this.time = Math.max(this.time, until);
  }
}

/** Certificates of this test file's own. */
export function certificates(): { readonly all: Certificates } {
  const held: { all?: Certificates } = {};
  beforeAll(() => {
    held.all = makeCertificates();
  });
  afterAll(() => held.all?.remove());
  return {
    get all() {
      if (!held.all) throw new Error("no certificates yet");
      return held.all;
    },
  };
}

export type Staged = {
  readonly exchange: FakeExchange;
  readonly clock: SkippingClock;
  read(
    more?: Partial<ExchangeOnlineConfig>,
    environment?: Readonly<Record<string, string>>,
  ): Promise<Reading>;
};

/** A fake Exchange that goes when the test ends, and a source that reads it. */
export async function stage(
  { all }: { readonly all: Certificates },
  tenant: Partial<FakeTenant>,
  options: Partial<FakeExchangeOptions> = {},
): Promise<Staged> {
  const clock = new SkippingClock();
  const exchange = await startExchange({
    certificate: { cert: all.server.cert, key: all.server.key },
    tenant: { ...NO_TENANT, ...tenant },
    now: () => clock.now(),
    ...options,
    entra: {
      tenantId: TENANT_ID,
      tenantDomain: "example.test",
      clientId: CLIENT_ID,
      secret: SECRET,
      ...options.entra,
    },
  });
  onTestFinished(() => exchange.close());
  const config: ExchangeOnlineConfig = {
    type: "exchange-online",
    name: "exchange",
    where: WHERE,
    tenant: "example.test",
    credential: { type: "secret", clientId: CLIENT_ID, secret: { env: "EXCHANGE_SECRET" } },
    baseUrl: exchange.origin,
    apiPath: "adminapi/beta",
    authority: exchange.origin,
    ca: { path: all.ca.certFile, shownAs: "ca.pem" },
    mailboxTypes: { personal: ["UserMailbox"], functional: ["SharedMailbox"] },
    concurrency: 8,
    timeoutMs: 10_000,
    map: {},
  };
  return {
    exchange,
    clock,
    async read(more = {}, environment = {}) {
      const readSecret = createSecretReader({ EXCHANGE_SECRET: SECRET, ...environment });
      const reading = await createSource({ ...config, ...more }, { readSecret, clock }).read();
      expect(JSON.stringify(reading)).not.toContain("canary-");
      return reading;
    },
  };
}

/** The findings of a reading as `code severity place: summary`. */
export function findingsOf({ findings }: Reading): string[] {
  return findings.map(
    ({ code, severity, where, summary }) => `${code} ${severity} ${where.place ?? "-"}: ${summary}`,
  );
}
