import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { DirectoryTable } from "../../model/source-config/directory.ts";
import type {
  ExchangeOnPremisesConfig,
  MailboxTable,
  MailboxType,
} from "../../model/source-config/exchange.ts";
import type { Problem } from "../../model/values/errors.ts";
import type { WrittenExchangeOnPremises } from "../schema/types.ts";
import { quote } from "../schema/wording.ts";
import { buildConnection, type DirectoryPlace } from "./directory/connection.ts";
import { buildTables } from "./directory/source.ts";

const USUAL_TYPES: Readonly<Record<Kind, readonly MailboxType[]>> = {
  personal: ["user", "linked"],
  functional: ["shared"],
};

/** An Exchange organisation as the program uses it: connection and searches as of a directory. Pure. */
export function buildExchangeOnPremises(
  written: WrittenExchangeOnPremises,
  kinds: readonly Kind[],
  place: DirectoryPlace,
  problems: Problem[],
): ExchangeOnPremisesConfig {
  const { personal, functional } = buildTables(written, kinds, place, problems);
  const types = { ...USUAL_TYPES, ...written.mailboxTypes };
  problems.push(
    ...typesOfBothKinds(types, written, place),
    ...typesForNothing({ personal, functional }, written, kinds, place),
    ...mappedDelegates(written, place),
  );
  const withTypes = (table: DirectoryTable, kind: Kind): MailboxTable => ({
    ...table,
    mailboxTypes: types[kind],
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

function typesOfBothKinds(
  types: Readonly<Record<Kind, readonly MailboxType[]>>,
  { mailboxTypes }: WrittenExchangeOnPremises,
  place: DirectoryPlace,
): readonly Problem[] {
  const both = types.personal.filter((type) => types.functional.includes(type));
  if (both.length === 0) return [];
  const given = mailboxTypes?.functional === undefined ? "personal" : "functional";
  const other = given === "personal" ? "functional" : "personal";
  return [
    {
      code: "config-shape",
      where: place.file.document.at([...place.path, "mailboxTypes", given]),
      message: `\`mailboxTypes\` makes mailboxes of the type ${both.map(quote).join(", ")} accounts of both kinds, and a mailbox can be only one.`,
      remedy: `Remove it here, or write \`mailboxTypes.${other}\` without it.`,
    },
  ];
}

/** Types of a kind that the source leaves out; of one that the profile does not manage, too. */
function typesForNothing(
  tables: Readonly<Record<Kind, DirectoryTable | undefined>>,
  { mailboxTypes }: WrittenExchangeOnPremises,
  kinds: readonly Kind[],
  { file, path }: DirectoryPlace,
): readonly Problem[] {
  return KINDS.filter((kind) => mailboxTypes?.[kind] !== undefined && tables[kind] === undefined).map(
    (kind) => ({
      code: "config-shape",
      where: file.document.atKey([...path, "mailboxTypes", kind]),
      message: `\`mailboxTypes.${kind}\` is set, and the source reads no ${kind} accounts.`,
      remedy: kinds.includes(kind)
        ? `Remove it, or \`${kind}: false\`.`
        : `Remove it, or add \`${kind}\` to \`manages.kinds\`.`,
    }),
  );
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
