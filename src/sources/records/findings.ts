import type { Finding, FindingCode } from "../../model/plan/finding.ts";
import type { Fact } from "../../model/ports.ts";
import { grouped, shortened } from "../../model/values/text.ts";

/** Of one code, so many findings are named one by one; the rest are counted. */
const MOST_NAMED = 50;

/** What follows from a reading that is not whole. */
export const HOLDS_BACK = "Nothing is removed because of this source.";

/** The findings of a reading beside its records. */
export class Collected {
  readonly facts: Fact[] = [];
  readonly source: string;
  readonly #findings: Finding[] = [];
  readonly #counts = new Map<FindingCode, { named: number; more: number; severity: Finding["severity"] }>();

  constructor(source: string) {
    this.source = source;
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
    const count = this.#counts.get(code) ?? { named: 0, more: 0, severity };
    this.#counts.set(code, count);
    if (count.named >= MOST_NAMED) count.more++;
    else {
      count.named++;
      this.#findings.push({ code, severity, summary, where: { source: this.source, ...where } });
    }
  }

  findings(): readonly Finding[] {
    const more = [...this.#counts].flatMap(([code, count]): Finding[] => {
      if (count.more === 0) return [];
      const summary = `There are ${grouped(count.more)} more findings of this kind; the first ${MOST_NAMED} are named.`;
      return [{ code, severity: count.severity, summary, where: { source: this.source } }];
    });
    return [...this.#findings, ...more];
  }
}

/** `1 entry`, `2,014 entries` */
export function counted(count: number, one: string, many: string): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

const LONGEST_QUOTE = 200;

/** Text of a server as messages show it: one line, without control characters, at most 200 characters. */
export function quoted(text: string): string {
  const clean = text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/ +/g, " ")
    .trim();
  return `"${shortened(clean, LONGEST_QUOTE)}"`;
}

/** The reason why an entry, a property or a cell does not say what its field is. Never holds a value: it may be an account key. */
export class Unclear {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}
