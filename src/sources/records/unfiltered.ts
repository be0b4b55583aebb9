import type { DirectoryConfig } from "../../model/source-config/directory.ts";
import type { SourceConfig, SpreadsheetConfig } from "../../model/source-config/source-config.ts";

/** Whether a source has a filter that can leave records out. */
export function isFiltered(config: SourceConfig): boolean {
  return JSON.stringify(unfiltered(config)) !== JSON.stringify(config);
}

/** The same source without its filters: to see whether a filter leaves somebody out. */
export function unfiltered(config: SourceConfig): SourceConfig {
  switch (config.type) {
    case "spreadsheet":
      return spreadsheet(config);
    case "declared":
    case "records":
    case "exchange-online": {
      const { filters: _, ...rest } = config;
      return rest;
    }
    case "entra-id": {
      const { filters: _, memberOf: __, assignedTo: ___, licensed: ____, ...rest } = config;
      return rest;
    }
    case "active-directory":
    case "ldap":
    case "exchange-on-premises":
      return directory(config);
  }
}

function spreadsheet({ personal, functional, ...rest }: SpreadsheetConfig): SpreadsheetConfig {
  return {
    ...rest,
    ...(personal ? { personal: withoutFilter(personal) } : {}),
    ...(functional ? { functional: withoutFilter(functional) } : {}),
  };
}

function withoutFilter<T extends { readonly filter?: unknown }>({
  filter: _,
  ...table
}: T): Omit<T, "filter"> {
  return table;
}

function directory<C extends Pick<DirectoryConfig, "personal" | "functional">>(config: C): C {
  const open = <T extends NonNullable<DirectoryConfig["personal"]>>({
    filter: _,
    conditions: __,
    ...table
  }: T) => ({
    ...table,
    memberOf: [],
  });
  return {
    ...config,
    ...(config.personal ? { personal: open(config.personal) } : {}),
    ...(config.functional ? { functional: open(config.functional) } : {}),
  };
}
