import type { Clock, OnProgress, Reading, SecretReader, Source } from "../model/ports.ts";
import type { SourceConfig } from "../model/source-config/source-config.ts";
import type { ProgramPlace } from "./json-lines/program/program.ts";
import { withPhoneRegion } from "./records/record-phones.ts";

export type SourceDependencies = {
  readonly readSecret: SecretReader;
  readonly clock: Clock;
  /** ISO 3166-1 alpha-2, upper case: phone numbers become E.164. Absent: they stay as they are written. */
  readonly phoneRegion?: string;
  readonly onProgress?: OnProgress;
  /** Where programs of sources run. Absent: they may not run. */
  readonly programs?: ProgramPlace;
};

/** The adapter for a source. Its libraries are loaded when it is read, and not before. */
export function createSource(config: SourceConfig, deps: SourceDependencies): Source {
  const adapter = createAdapter(config, deps);
  const source = deps.phoneRegion === undefined ? adapter : withPhoneRegion(adapter, deps.phoneRegion);
  return { ...source, read: async () => frozen(await source.read()) };
}

/** A reading stays as it was read: code that decides from it cannot change it. */
function frozen(reading: Reading): Reading {
  for (const record of reading.records) Object.freeze(record);
  return Object.freeze(reading);
}

function createAdapter(config: SourceConfig, deps: SourceDependencies): Source {
  switch (config.type) {
    case "spreadsheet":
      return {
        name: config.name,
        type: config.type,
        read: async () => (await import("./spreadsheet/spreadsheet.ts")).readSpreadsheet(config),
      };
    case "declared":
      return {
        name: config.name,
        type: config.type,
        read: async () => (await import("./declared/declared.ts")).readDeclared(config, deps.readSecret),
      };
    case "records":
      return {
        name: config.name,
        type: config.type,
        read: async () => (await import("./json-lines/read.ts")).readRecords(config, deps),
      };
    case "exchange-online":
      return {
        name: config.name,
        type: config.type,
        read: async () => (await import("./exchange-online/read.ts")).readExchangeOnline(config, deps),
      };
    case "active-directory":
    case "ldap":
      return {
        name: config.name,
        type: config.type,
        read: async () => (await import("./directory/read-directory.ts")).readDirectory(config, deps),
      };
    case "entra-id":
      return {
        name: config.name,
        type: config.type,
        read: async () => (await import("./entra-id/read.ts")).readEntraId(config, deps),
      };
    case "exchange-on-premises":
      return {
        name: config.name,
        type: config.type,
        read: async () =>
          (await import("./exchange-on-premises/read-exchange.ts")).readExchangeOnPremises(config, deps),
      };
  }
}
