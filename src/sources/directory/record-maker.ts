import { DirectoryRecord } from "./directory-record.ts";
import type { EntryFields } from "./entry-fields.ts";
import { TextPacker } from "./packed-texts.ts";
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
  #form: Form | undefined;

  make(shape: RecordShape, fields: EntryFields): DirectoryRecord {
    const { where, email, id, fullName, division, phone, accountKey, aliases, problems } = fields;
    const keyIsId = accountKey !== undefined && accountKey === id;
    const texts = [where, email, id, fullName?.value, division, phone, keyIsId ? undefined : accountKey];
    // In an order of their own: a directory may give them in another one each time.
    if (aliases) for (const alias of [...aliases.value].sort()) texts.push(alias);
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
    const fits = (form: Form) =>
      form.shape === shape &&
      form.nameFrom === nameFrom &&
      form.aliasesFrom === aliasesFrom &&
      form.activeFrom === activeFrom;
    if (this.#form !== undefined && fits(this.#form)) return this.#form;
    let form = this.#forms.find(fits);
    if (form === undefined) {
      form = { shape, nameFrom, aliasesFrom, activeFrom };
      this.#forms.push(form);
    }
    this.#form = form;
    return form;
  }
}

function flagsFor({ kind }: RecordShape, { active, aliases }: EntryFields, keyIsId: boolean): number {
  const activity = active === undefined ? 0 : active.value ? IS_ACTIVE : IS_INACTIVE;
  const key = keyIsId ? KEY_IS_ID : 0;
  return activity | key | (aliases ? HAS_ALIASES : 0) | (kind === "functional" ? IS_FUNCTIONAL : 0);
}
