import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { Problem } from "../../model/values/errors.ts";
import { quote } from "../schema/wording.ts";
import type { DirectoryPlace } from "./directory/connection.ts";

type Types<T> = Readonly<Partial<Record<Kind, readonly T[]>>>;

/** `read`: the kinds that the source reads; `managed`: those that its profile manages. */
type Kinds = { readonly read: readonly Kind[]; readonly managed: readonly Kind[] };

/** The types of mailboxes of each kind that a source of Exchange reads: as `mailboxTypes` says, else the usual ones. Pure. */
export function buildMailboxTypes<T extends string>(
  written: Types<T> = {},
  usual: Readonly<Record<Kind, readonly T[]>>,
  kinds: Kinds,
  { file, path }: DirectoryPlace,
  problems: Problem[],
): Types<T> {
  const types: Partial<Record<Kind, readonly T[]>> = {};
  for (const kind of KINDS) {
    if (kinds.read.includes(kind)) types[kind] = written[kind] ?? usual[kind];
    else if (written[kind] !== undefined)
      problems.push({
        code: "config-shape",
        where: file.document.atKey([...path, "mailboxTypes", kind]),
        message: `\`mailboxTypes.${kind}\` is set, and the source reads no ${kind} accounts.`,
        remedy: kinds.managed.includes(kind)
          ? `Remove it, or \`${kind}: false\`.`
          : `Remove it, or add \`${kind}\` to \`manages.kinds\`.`,
      });
  }
  const { personal = [], functional = [] } = types;
  const both = personal.filter((type) => functional.includes(type));
  if (both.length > 0) {
    const [here, there] =
      written.functional === undefined ? ["personal", "functional"] : ["functional", "personal"];
    problems.push({
      code: "config-shape",
      where: file.document.at([...path, "mailboxTypes", here]),
      message: `\`mailboxTypes\` makes mailboxes of the type ${both.map(quote).join(", ")} accounts of both kinds, and a mailbox can be only one.`,
      remedy: `Remove it here, or write \`mailboxTypes.${there}\` without it.`,
    });
  }
  return types;
}
