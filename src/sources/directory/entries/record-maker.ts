import type { EntryFields } from "./entry-fields.ts";
import { TextPacker } from "./packed-texts.ts";
import { DirectoryRecord } from "./record.ts";
import {
  type Form,
  HAS_ALIASES,
  IS_ACTIVE,
  IS_FUNCTIONAL,
  IS_INACTIVE,
  KEY_IS_ID,
  type RecordShape,
} from "./record-form.ts";

/** Makes the records of one reading. */
export class RecordMaker {
  readonly #packer = new TextPacker();
  readonly #forms: Form[] = [];
  #latest: Form | undefined;

  make(shape: RecordShape, fields: EntryFields): DirectoryRecord {
    const { where, email, id, fullName, division, phone, accountKey, aliases, problems } = fields;
    const keyIsId = accountKey !== undefined && accountKey === id;
    const texts = [where, email, id, fullName?.value, division, phone, keyIsId ? undefined : accountKey];
    // In an order of their own: a directory may give them in another one each time.
    if (aliases) for (const alias of inOrder(aliases.value)) texts.push(alias);
    const packed = this.#packer.pack(flagsFor(shape, fields, keyIsId), texts);
    const form = this.#formOf(
      shape,
      fullName?.attribute ?? "",
      aliases?.attribute ?? "",
      fields.active?.attribute ?? "",
    );
    return new DirectoryRecord(form, packed, problems.length === 0 ? undefined : { problems });
  }

  #formOf(shape: RecordShape, nameFrom: string, aliasesFrom: string, activeFrom: string): Form {
    const wanted = { shape, nameFrom, aliasesFrom, activeFrom };
    if (this.#latest !== undefined && isSame(this.#latest, wanted)) return this.#latest;
    let form = this.#forms.find((one) => isSame(one, wanted));
    if (form === undefined) {
      form = wanted;
      this.#forms.push(form);
    }
    this.#latest = form;
    return form;
  }
}

function isSame(a: Form, b: Form): boolean {
  return (
    a.shape === b.shape &&
    a.nameFrom === b.nameFrom &&
    a.aliasesFrom === b.aliasesFrom &&
    a.activeFrom === b.activeFrom
  );
}

/** By code unit. Most lists are in order, or short. */
function inOrder(texts: readonly string[]): readonly string[] {
  const [first = "", second = ""] = texts;
  if (texts.length < 2) return texts;
  if (texts.length === 2) return first <= second ? texts : [second, first];
  return texts.slice().sort();
}

function flagsFor({ kind }: RecordShape, { active, aliases }: EntryFields, keyIsId: boolean): number {
  const activity = active === undefined ? 0 : active.value ? IS_ACTIVE : IS_INACTIVE;
  const key = keyIsId ? KEY_IS_ID : 0;
  return activity | key | (aliases ? HAS_ALIASES : 0) | (kind === "functional" ? IS_FUNCTIONAL : 0);
}
