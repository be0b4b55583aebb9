import type { SecretReader, Source } from "../model/ports.ts";
import type { SourceConfig } from "../model/source-config.ts";

/** The adapter for a source. Its libraries are loaded when it is read, and not before. */
export function createSource(config: SourceConfig, deps: { readonly readSecret: SecretReader }): Source {
  switch (config.type) {
    case "spreadsheet":
      return {
        name: config.name,
        type: config.type,
        read: async () => (await import("./spreadsheet.ts")).readSpreadsheet(config),
      };
    case "declared":
      return {
        name: config.name,
        type: config.type,
        read: async () => (await import("./declared.ts")).readDeclared(config, deps.readSecret),
      };
  }
}
