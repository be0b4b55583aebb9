import { readSid } from "../directory/search/sid.ts";

/** One entry of a list of permissions that allows or denies something, as it stands there. */
export type AccessEntry = {
  readonly effect: "allow" | "deny";
  readonly sid: string;
  readonly mask: number;
  /** It came from further up: the server, the organisation. */
  readonly inherited: boolean;
  /** It counts for what lies in the mailbox, and not for the mailbox. */
  readonly inheritOnly: boolean;
  /** It counts for one property or one right by name only. */
  readonly narrowed: boolean;
  /** It counts under a condition. */
  readonly conditional: boolean;
};

/** The list of a descriptor; `everybody` when it has none, which lets everybody in (MS-DTYP 2.4.6). */
export type AccessList = readonly AccessEntry[] | "everybody";

/** The reason why bytes are not security descriptor: half a sentence. */
export class MalformedDescriptor extends Error {
  override readonly name = "MalformedDescriptor";
}

const HEADER = 20;
const LIST_HEADER = 8;
const ENTRY_HEADER = 4;
const GUID = 16;
const DACL_PRESENT = 0x0004;
const SACL_PRESENT = 0x0010;
const SELF_RELATIVE = 0x8000;
const INHERIT_ONLY = 0x08;
const INHERITED = 0x10;
const OBJECT_TYPE_PRESENT = 1;
const INHERITED_OBJECT_TYPE_PRESENT = 2;

type Kind = Pick<AccessEntry, "effect" | "conditional"> & { readonly object: boolean };

/** MS-DTYP 2.4.4.1; what is not among them neither allows nor denies. */
const KINDS: ReadonlyMap<number, Kind> = new Map([
  [0, { effect: "allow", object: false, conditional: false }],
  [1, { effect: "deny", object: false, conditional: false }],
  [5, { effect: "allow", object: true, conditional: false }],
  [6, { effect: "deny", object: true, conditional: false }],
  [9, { effect: "allow", object: false, conditional: true }],
  [10, { effect: "deny", object: false, conditional: true }],
  [11, { effect: "allow", object: true, conditional: true }],
  [12, { effect: "deny", object: true, conditional: true }],
]);

/**
 * The principals that are allowed and denied access by a self-relative security descriptor (MS-DTYP 2.4.6). All of it must be sound, also
 * what is not looked at: of bytes that were cut off zivsync cannot tell what they said. Throws MalformedDescriptor.
 */
export function readAccessList(bytes: Uint8Array): AccessList {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER) throw new MalformedDescriptor(`it has ${bytes.length} bytes, and no header`);
  if (view.getUint8(0) !== 1) throw new MalformedDescriptor("its revision is not 1");
  const control = view.getUint16(2, true);
  if ((control & SELF_RELATIVE) === 0) throw new MalformedDescriptor("it is not self-relative");
  const [owner, group, sacl, dacl] = [4, 8, 12, 16].map((at) => view.getUint32(at, true));
  checkIdentifier(bytes, owner ?? 0, "owner");
  checkIdentifier(bytes, group ?? 0, "group");
  if ((control & SACL_PRESENT) !== 0 && sacl) readList(view, sacl, "list of what is logged");
  if ((control & DACL_PRESENT) === 0 || !dacl) return "everybody";
  return readList(view, dacl, "list of permissions").flatMap(({ at, end }, index) => {
    const entry = readEntry(bytes, view, at, end);
    if (entry === undefined) throw new MalformedDescriptor(`permission ${index + 1} is cut off`);
    return entry;
  });
}

function checkIdentifier(bytes: Uint8Array, at: number, name: string): void {
  if (at === 0) return;
  if (at < HEADER || readSid(bytes, at) === undefined)
    throw new MalformedDescriptor(`its ${name} is cut off`);
}

type Span = { readonly at: number; readonly end: number };

/** Where the entries of an ACL lie (MS-DTYP 2.4.5). */
function readList(view: DataView, start: number, name: string): readonly Span[] {
  const cutOff = () => new MalformedDescriptor(`its ${name} is cut off`);
  if (start < HEADER || start + LIST_HEADER > view.byteLength) throw cutOff();
  const revision = view.getUint8(start);
  if (revision !== 2 && revision !== 4) throw new MalformedDescriptor(`its ${name} is of no known revision`);
  const end = start + view.getUint16(start + 2, true);
  if (end > view.byteLength) throw cutOff();
  const spans: Span[] = [];
  let at = start + LIST_HEADER;
  for (let count = view.getUint16(start + 4, true); count > 0; count--) {
    if (at + ENTRY_HEADER > end) throw cutOff();
    const size = view.getUint16(at + 2, true);
    if (size < ENTRY_HEADER || at + size > end) throw cutOff();
    spans.push({ at, end: at + size });
    at += size;
  }
  return spans;
}

/** Nothing of an entry that neither allows nor denies; undefined where what should be in it is not. */
function readEntry(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
): readonly AccessEntry[] | undefined {
  const kind = KINDS.get(view.getUint8(at));
  if (kind === undefined) return [];
  const fixed = kind.object ? 12 : 8;
  if (at + fixed > end) return undefined;
  const guids = kind.object ? view.getUint32(at + 8, true) : 0;
  const typed = (guids & OBJECT_TYPE_PRESENT) !== 0;
  const sidAt = at + fixed + (typed ? GUID : 0) + ((guids & INHERITED_OBJECT_TYPE_PRESENT) !== 0 ? GUID : 0);
  const sid = readSid(bytes, sidAt, end);
  if (sid === undefined) return undefined;
  const flags = view.getUint8(at + 1);
  const entry: AccessEntry = {
    effect: kind.effect,
    sid: sid.text,
    mask: view.getUint32(at + 4, true),
    inherited: (flags & INHERITED) !== 0,
    inheritOnly: (flags & INHERIT_ONLY) !== 0,
    narrowed: typed && bytes.subarray(at + fixed, at + fixed + GUID).some((byte) => byte !== 0),
    conditional: kind.conditional,
  };
  return [entry];
}
