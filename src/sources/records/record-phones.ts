import type { SourceRecord } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Reading, Source } from "../../model/ports.ts";
import { parseAddress } from "../../model/values/address.ts";
import { shortened } from "../../model/values/text.ts";
import type { ReadPhone } from "./phones.ts";

const LONGEST = 80;

type ReadNumber = (text: string, region: string) => ReadPhone;

/**
 * The source with the phone numbers of its records in E.164. A number that cannot be one is taken out of its record, with
 * a finding, and the account keeps what it has. The reading's digest stays: it is over what was read.
 */
export function withPhoneRegion(source: Source, region: string): Source {
  return {
    ...source,
    read: async () => {
      const reading = await source.read();
      if (!reading.records.some(hasNumber)) return reading;
      const { readPhoneNumber } = await import("./phones.ts");
      return bringToE164(reading, region, readPhoneNumber);
    },
  };
}

function bringToE164(reading: Reading, region: string, readNumber: ReadNumber): Reading {
  const findings: Finding[] = [...reading.findings];
  const records = reading.records.map((record): SourceRecord => {
    if (!hasNumber(record)) return record;
    const { phone, ...rest } = record;
    if (phone === undefined) return record;
    const read = readNumber(phone.value, region);
    if ("number" in read) return { ...rest, phone: { ...phone, value: read.number } };
    findings.push(invalid(reading.source, record, phone.value, read.wrong));
    return { ...rest, phoneInvalid: true };
  });
  return { ...reading, records, findings };
}

/** An empty phone says that the account has none. */
function hasNumber({ phone }: SourceRecord): boolean {
  return phone !== undefined && phone.value.trim() !== "";
}

function invalid(source: string, record: SourceRecord, text: string, wrong: string): Finding {
  const address = parseAddress(record.email?.value ?? "");
  return {
    code: "phone-invalid",
    severity: "warning",
    summary: `"${shortened(text, LONGEST)}" ${wrong}. The phone number of the account is left as it is; correct it at the source.`,
    where: { source, place: record.where, kind: record.kind, ...(address === undefined ? {} : { address }) },
  };
}
