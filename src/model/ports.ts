import type { LiveAccount, RecordField, SourceRecord } from "./account/account.ts";
import type { TextField } from "./account/fields.ts";
import type { Kind } from "./account/kind.ts";
import type { Action, FieldChange } from "./plan/change.ts";
import type { Finding } from "./plan/finding.ts";
import type { Outcome } from "./plan/outcome.ts";
import type { ProfilePolicy } from "./plan/policy.ts";
import type { StandingApproval } from "./plan/standing.ts";
import type { State, StateWitness } from "./plan/state.ts";
import type { Address } from "./values/address.ts";
import type { Secret, SecretRef } from "./values/secret.ts";

/** Something about the way to a source that `zivsync check` shows: `bound as` – `CORP\\svc-zivsync`. */
export type Fact = { readonly label: string; readonly value: string };

/** The result of reading one source. `complete` is false as soon as anything may be missing; `findings` say why. */
export type Reading = {
  readonly source: string;
  readonly type: string;
  readonly records: readonly SourceRecord[];
  readonly complete: boolean;
  /** `sha256:…` over what was read. */
  readonly digest: string;
  readonly findings: readonly Finding[];
  readonly facts?: readonly Fact[];
  /** How many records a filter left out; absent without a filter. */
  readonly leftOut?: number;
  /**
   * The fields that the source speaks about: of each kind that it was asked for, the fields that it can give (columns that are there,
   * attributes that are mapped). A kind that is absent is not said of. Without it: both kinds, and the fields that any record
   * gives.
   */
  readonly speaks?: Readonly<Partial<Record<Kind, readonly RecordField[]>>>;
  /** Kinds of which something may be missing, while the other kind is whole. `complete` is about both. */
  readonly incompleteKinds?: readonly Kind[];
  /** Kinds that were asked for and gave nothing, where what may not be read looks as if it were not there. */
  readonly unseen?: readonly Kind[];
};

export interface Source {
  readonly name: string;
  readonly type: string;
  /** Throws InputError or RemoteError when the source as a whole cannot be used. */
  read(): Promise<Reading>;
}

/** Called from time to time with how far a reading is: so many of `unit` (`entries`, `requests`). */
export type OnProgress = (done: number, unit: string) => void;

/** Reads a secret by reference; `where` names the place of the reference for an error. Throws InputError. */
export type SecretReader = (ref: SecretRef, where: string) => Promise<Secret>;

/** The parts of an account that a write sets. An absent part stays as it is. */
export type AccountFields = { readonly [F in TextField]?: string } & {
  readonly address?: Address;
  readonly active?: boolean;
  readonly aliases?: readonly Address[];
  /** Personal accounts. */
  readonly delegates?: readonly Address[];
  /** Functional accounts: ids. */
  readonly members?: readonly string[];
  readonly accountKey?: Secret;
  /**
   * Of a personal account that is created: a temporary password, sent as SCIM's `password` (RFC 7643, 4.1.1). That Zivver
   * takes it there is a conjecture; its documentation does not name the attribute.
   */
  readonly password?: Secret;
};

/** An earlier request for the same may have been carried out: an account that is there already, or is gone, is then no refusal. */
type Repeated = { readonly again?: true };

/** One request to Zivver. `live` is the account as last read: what Zivver wants sent along comes from there. */
export type Write =
  | ({
      readonly op: "create";
      readonly kind: Kind;
      readonly fields: AccountFields & { readonly address: Address; readonly fullName: string };
    } & Repeated)
  | { readonly op: "update"; readonly live: LiveAccount; readonly fields: AccountFields }
  /** Removes all members of a functional account. */
  | { readonly op: "empty"; readonly live: LiveAccount }
  | ({ readonly op: "delete"; readonly live: LiveAccount } & Repeated);

export interface Target {
  /** All live accounts of both kinds, sorted by kind and address; two requests unless Zivver pages. Throws RemoteError. */
  read(): Promise<readonly LiveAccount[]>;
  /**
   * Carries out one write and gives the account as Zivver answered it (undefined after `delete`, and where Zivver
   * answers without one). Repeats what may be repeated; a create is looked up before it is sent again. Throws
   * RemoteError, with `uncertain` set when zivsync cannot tell whether it was done.
   */
  write(write: Write): Promise<LiveAccount | undefined>;
  /** One account; undefined for an id that Zivver does not know, or does not show yet. Throws RemoteError. */
  readOne?(account: Pick<LiveAccount, "kind" | "zivverId">): Promise<LiveAccount | undefined>;
}

/** The step of a change that a request carries out; `mend` is the one more write after verification. */
export type Step = "release" | "change" | "mend";

export type JournalEntry =
  | {
      readonly type: "begin";
      readonly at: string;
      readonly digest: string;
      readonly seal: string;
      readonly zivsync: string;
      /** Of a plan that no person approved; what it says is not believed later. */
      readonly approval?: StandingApproval;
    }
  | { readonly type: "resume"; readonly at: string; readonly approval?: StandingApproval }
  /** Written before the first request: accounts that other changes of the plan show on, as they were until then. */
  | {
      readonly type: "read";
      readonly at: string;
      readonly accounts: readonly { readonly change: string; readonly account: LiveAccount }[];
    }
  /** Written before a request: which step of which change it is, and what the account was (before-image). */
  | {
      readonly type: "start";
      readonly at: string;
      readonly change: string;
      readonly step: Step;
      readonly action: Action;
      readonly kind: Kind;
      readonly address: Address;
      readonly profile: string;
      readonly fields: readonly FieldChange[];
      readonly before: LiveAccount | null;
    }
  | {
      readonly type: "done";
      readonly at: string;
      readonly change: string;
      readonly step: Step;
      readonly zivverId: string | null;
      /** The answer showed the account as planned. */
      readonly shown?: boolean;
    }
  | {
      readonly type: "error";
      readonly at: string;
      readonly change: string;
      readonly step: Step;
      readonly uncertain: boolean;
      readonly message: string;
    }
  | { readonly type: "outcome"; readonly at: string; readonly outcome: Outcome }
  | {
      readonly type: "end";
      readonly at: string;
      readonly outcomes: Readonly<Record<Outcome["state"], number>>;
    };

export interface Journal {
  /** The entries that earlier runs of the same plan wrote. */
  readonly entries: readonly JournalEntry[];
  /** On disc (fsync) when the promise resolves. */
  append(entry: JournalEntry): Promise<void>;
}

export interface StateStore {
  /** The state; undefined before the first time. Throws RefusedError when the stored one cannot be trusted. */
  read(): Promise<State | undefined>;
  /**
   * Changes what is remembered. `change` gets what stands there by now, and is called again when somebody else was
   * quicker; it must be pure. Throws InputError, RefusedError or RemoteError, and then nothing has changed.
   */
  update(change: (state: State) => State): Promise<void>;
  /** Of what was last read or written here; undefined where there is nothing yet. */
  witness?(): StateWitness | undefined;
  /**
   * Takes the lease of the state, where machines that share it can exclude each other, and renews it until it is released. Throws
   * RefusedError `plan-locked` while another apply holds it.
   */
  takeLease?(terms: LeaseTerms): Promise<Lease>;
}

/** The right to apply, among all machines that share a state, for as long as it is renewed. */
export type Lease = {
  /** False before any other machine can hold it. */
  isHeld(): boolean;
  /** Never rejects: a lease that cannot be given back expires. */
  release(): Promise<void>;
};

/** `at`: since when, for people. `onWait` gets a sentence when an expired lease has to be watched before it is taken over. */
export type LeaseTerms = {
  readonly organization: string;
  readonly at: string;
  readonly onWait: (message: string) => void;
};

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** One profile with what its sources gave, in order of precedence. */
export type ProfileReadings = { readonly policy: ProfilePolicy; readonly readings: readonly Reading[] };
