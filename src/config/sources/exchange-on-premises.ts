import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { DirectoryTable } from "../../model/source-config/directory.ts";
import type {
  ExchangeOnPremisesConfig,
  MailboxTable,
  MailboxType,
} from "../../model/source-config/exchange.ts";
import type { Problem } from "../../model/values/errors.ts";
import type { WrittenExchangeOnPremises } from "../schema/types.ts";
import { buildConnection, type DirectoryPlace } from "./directory/connection.ts";
import { buildTables } from "./directory/source.ts";
import { buildMailboxTypes } from "./mailbox-types.ts";

/** Whose mailbox moves to Exchange Online becomes a remote user, and has not left. */
const USUAL_TYPES: Readonly<Record<Kind, readonly MailboxType[]>> = {
  personal: ["user", "linked", "remoteUser"],
  functional: ["shared"],
};

/** An Exchange organisation as the program uses it: connection and searches as of a directory. Pure. */
export function buildExchangeOnPremises(
  written: WrittenExchangeOnPremises,
  kinds: readonly Kind[],
  place: DirectoryPlace,
  problems: Problem[],
): ExchangeOnPremisesConfig {
  const tables = buildTables(written, kinds, place, problems);
  const read = KINDS.filter((kind) => tables[kind] !== undefined);
  const types = buildMailboxTypes(
    written.mailboxTypes,
    USUAL_TYPES,
    { read, managed: kinds },
    place,
    problems,
  );
  problems.push(...mappedDelegates(written, place));
  const { personal, functional } = tables;
  const withTypes = (table: DirectoryTable, kind: Kind): MailboxTable => ({
    ...table,
    mailboxTypes: types[kind] ?? [],
  });
  return {
    type: written.type,
    name: written.name,
    where: place.file.document.at(place.path),
    ...buildConnection(written, place, problems),
    fullAccess: written.fullAccess ?? "descriptor",
    ...(personal === undefined ? {} : { personal: withTypes(personal, "personal") }),
    ...(functional === undefined ? {} : { functional: withTypes(functional, "functional") }),
  };
}

/** This type of source reads the rights of mailboxes itself, so a map for them would contradict it. */
function mappedDelegates(
  { map, functional }: WrittenExchangeOnPremises,
  { file, path }: DirectoryPlace,
): readonly Problem[] {
  const maps = [
    { given: map, at: ["map"] },
    { given: typeof functional === "object" ? functional.map : undefined, at: ["functional", "map"] },
  ];
  return maps
    .filter(({ given }) => given?.delegates !== undefined)
    .map(({ at }) => ({
      code: "config-shape",
      where: file.document.atKey([...path, ...at, "delegates"]),
      message:
        "`map` names an attribute for delegates, and in this type of source `fullAccess` says who may open a shared mailbox.",
      remedy: "Remove it; for personal accounts, write it in `personal: { map: … }`.",
    }));
}
