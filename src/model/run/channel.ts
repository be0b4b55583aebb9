import type { NamedFile } from "../source-config/named-file.ts";
import type { SecretRef } from "../values/secret.ts";
import type { RunEvent } from "./memory.ts";

/** The way a mail server is reached. `none`: in clear, for a relay within the network that takes mail without a password. */
export type MailTls = "starttls" | "implicit" | "none";

type Common = {
  /** `file:line:column`, for errors. */
  readonly where: string;
  /** `notify[0] mail`: its place and type, for people and for the state. */
  readonly name: string;
};

/** A channel for messages: the events that it is sent, and whether messages name people. */
type Subscribed = Common & { readonly on: readonly RunEvent[]; readonly details: "counts" | "names" };

export type Mailbox = { readonly name: string; readonly address: string };

export type MailChannel = Subscribed & {
  readonly type: "mail";
  readonly host: string;
  readonly port: number;
  readonly tls: MailTls;
  readonly ca?: NamedFile;
  readonly login?: { readonly user: string; readonly password: SecretRef };
  readonly from: Mailbox;
  readonly to: readonly string[];
};

/** The addresses of web services are secrets: whoever has one can post. */
export type ChatChannel = Subscribed & { readonly type: "teams" | "slack"; readonly url: SecretRef };

export type WebhookChannel = Subscribed & {
  readonly type: "webhook";
  readonly url: SecretRef;
  /** The key of the HMAC that says who sent it. */
  readonly secret?: SecretRef;
  readonly ca?: NamedFile;
};

/** Called after every run; what it is called with says whether the run was a success. */
export type HeartbeatChannel = Common & {
  readonly type: "heartbeat";
  readonly url: SecretRef;
  readonly ca?: NamedFile;
};

export type MessageChannel = MailChannel | ChatChannel | WebhookChannel;
export type Channel = MessageChannel | HeartbeatChannel;
