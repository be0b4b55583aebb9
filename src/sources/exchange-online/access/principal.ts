import type { Mailbox } from "../mailboxes/mailboxes.ts";

/** Somebody or something without an account of its own here, in words for one and for several. */
export type LeftOut = "contact" | "guest" | "mailbox" | "user" | "deleted";

/** The person or group behind a name in a permission or in a group. */
export type Principal = { readonly mailbox?: Mailbox } & (
  | { readonly type: "person"; readonly address: string }
  | { readonly type: "group"; readonly group: Group }
  | { readonly type: "nobody" }
  | { readonly type: "leftOut"; readonly what: LeftOut; readonly name: string }
  /** Not identified; `reason` completes "it is …". */
  | { readonly type: "unknown"; readonly name: string; readonly reason: string }
);

/** Groups for mail alone (MailUniversalDistributionGroup, DynamicDistributionGroup …): being in one gives no rights. */
const FOR_MAIL_ALONE = /DistributionGroup$|^RoomList$/;

/**
 * A group; `members` is there once it has been read, `gap` says in words why some of them may be missing. An empty list
 * says nothing: Exchange gives one, too, where members are hidden or not in the scope of the application's role.
 */
export class Group {
  readonly name: string;
  readonly type: string;
  /** The identifier to ask for it by. */
  readonly identity: string;
  members: readonly Principal[] | undefined;
  gap: string | undefined;
  /** True when its list of members came, and came empty. */
  isEmpty = false;
  /** The members as `Get-Group` gave them together with the group. */
  offered: unknown;
  /** Whether a permission of the group is one of its members. */
  get givesRights(): boolean {
    return !FOR_MAIL_ALONE.test(this.type);
  }
  constructor(name: string, type: string, identity: string) {
    this.name = name;
    this.type = type;
    this.identity = identity;
  }
}
