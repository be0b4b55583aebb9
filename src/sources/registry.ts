import type { Clock, OnProgress, SecretReader, Source } from "../model/ports.ts";
import type { SourceConfig } from "../model/source-config/source-config.ts";
import { withPhoneRegion } from "./records/record-phones.ts";

export type SourceDependencies = {
  readonly readSecret: SecretReader;
  readonly clock: Clock;
  /** ISO 3166-1 alpha-2, upper case: phone numbers become E.164. Absent: they stay as they are written. */
  readonly phoneRegion?: string;
  readonly onProgress?: OnProgress;
};

/** The adapter for a source. Its libraries are loaded when it is read, and not before. */
export function createSource(config: SourceConfig, deps: SourceDependencies): Source {
  const source = createAdapter(config, deps);
  return deps.phoneRegion === undefined ? source : withPhoneRegion(source, deps.phoneRegion);
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
