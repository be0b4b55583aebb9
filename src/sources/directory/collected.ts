import { createHash } from "node:crypto";
import { compareText } from "../../model/account.ts";
import type { Finding, FindingCode } from "../../model/plan.ts";
import type { Fact } from "../../model/ports.ts";
import type { DirectoryRecord } from "./directory-record.ts";

/** Of one code, so many findings are told one by one; the rest are counted. */
const TOLD = 50;

/** What a reading has to tell beside its records. */
export class Collected {
  readonly facts: Fact[] = [];
  readonly #source: string;
  readonly #findings: Finding[] = [];
  readonly #counts = new Map<FindingCode, { told: number; more: number; severity: Finding["severity"] }>();

  constructor(source: string) {
    this.#source = source;
  }

  fact(label: string, value: string): void {
    this.facts.push({ label, value });
  }

  find(
    code: FindingCode,
    severity: Finding["severity"],
    summary: string,
    where: Omit<Finding["where"], "source"> = {},
  ): void {
    const count = this.#counts.get(code) ?? { told: 0, more: 0, severity };
    this.#counts.set(code, count);
    if (count.told >= TOLD) count.more++;
    else {
      count.told++;
      this.#findings.push({ code, severity, summary, where: { source: this.#source, ...where } });
    }
  }

  findings(): readonly Finding[] {
    const more = [...this.#counts].flatMap(([code, count]): Finding[] => {
      if (count.more === 0) return [];
      const summary = `There are ${grouped(count.more)} more findings of this kind; the first ${TOLD} are named.`;
      return [{ code, severity: count.severity, summary, where: { source: this.#source } }];
    });
    return [...this.#findings, ...more];
  }
}

/** So many records are hashed at once: each call costs as much as some of them. */
const HASHED = 1000;

/** `sha256:…` over the records, whatever order they came in. */
export function digestOf(records: readonly DirectoryRecord[]): string {
  const hash = createHash("sha256");
  const ordered = records
    .map((record) => ({ record, where: record.where }))
    .sort((a, b) => compareText(a.where, b.where) || compareText(a.record.kind, b.record.kind));
  for (let from = 0; from < ordered.length; from += HASHED) {
    // What is not given becomes null, and no given value is null.
    const some = ordered.slice(from, from + HASHED).map(({ record }) => JSON.stringify(record.content()));
    hash.update(`${some.join("\n")}\n`);
  }
  return `sha256:${hash.digest("hex")}`;
}

/** `2,014` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 entry`, `2,014 entries` */
export function counted(count: number, one: string, many: string): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
