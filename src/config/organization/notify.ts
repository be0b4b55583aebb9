import { resolve } from "node:path";
import type { Channel, Mailbox, MailChannel, MailTls } from "../../model/run/channel.ts";
import { RUN_EVENTS } from "../../model/run/memory.ts";
import type { NamedFile } from "../../model/source-config/named-file.ts";
import { parseAddress } from "../../model/values/address.ts";
import type { Problem } from "../../model/values/errors.ts";
import type { SecretRef } from "../../model/values/secret.ts";
import type { WrittenChannel, WrittenMail, WrittenOrganization } from "../schema/types.ts";
import { type ConfigFile, showPath } from "../yaml/config-file.ts";

type Place = { readonly file: ConfigFile; readonly index: number; readonly problems: Problem[] };

/** The channels that hear of a run, in the order they are written. Pure. */
export function buildChannels(
  { notify = [] }: WrittenOrganization,
  file: ConfigFile,
  problems: Problem[],
): readonly Channel[] {
  return notify.flatMap((written, index) => {
    const channel = buildChannel(written, { file, index, problems });
    return channel === undefined ? [] : [channel];
  });
}

function buildChannel(written: WrittenChannel, place: Place): Channel | undefined {
  const { file, index } = place;
  const where = file.document.at(["notify", index]);
  const common = { where, name: `notify[${index}] ${written.type}` };
  if (written.type === "heartbeat")
    return { ...common, type: written.type, url: secretIn(written.url, file), ...caOf(written, file) };
  const subscribed = {
    ...common,
    on: written.on ?? RUN_EVENTS,
    details: written.details ?? "counts",
  } as const;
  switch (written.type) {
    case "mail":
      return buildMail(written, subscribed, place);
    case "webhook":
      return {
        ...subscribed,
        type: written.type,
        url: secretIn(written.url, file),
        ...(written.secret === undefined ? {} : { secret: secretIn(written.secret, file) }),
        ...caOf(written, file),
      };
    default:
      return { ...subscribed, type: written.type, url: secretIn(written.url, file) };
  }
}

const PORTS: Readonly<Record<MailTls, number>> = { starttls: 587, implicit: 465, none: 25 };

function buildMail(
  { smtp, from, to }: WrittenMail,
  subscribed: Pick<MailChannel, "where" | "name" | "on" | "details">,
  place: Place,
): MailChannel | undefined {
  const tls = smtp.tls ?? (smtp.port === PORTS.implicit ? "implicit" : "starttls");
  const login = loginOf(smtp, tls, place);
  const sender = parseMailbox(from);
  if (sender === undefined) {
    problem(
      place,
      ["from"],
      "`from` is not an e-mail address, and mail without a sender is not delivered.",
      "Write an address, such as `zivsync@example.org` or `zivsync <zivsync@example.org>`.",
    );
    return undefined;
  }
  return {
    ...subscribed,
    type: "mail",
    host: smtp.host,
    port: smtp.port ?? PORTS[tls],
    tls,
    ...caOf(smtp, place.file),
    ...(login === undefined ? {} : { login }),
    from: sender,
    to: to.map((address) => parseAddress(address) ?? address),
  };
}

/** A name and a password go together, and never over a connection that others can read. */
function loginOf(
  { user, password }: WrittenMail["smtp"],
  tls: MailTls,
  place: Place,
): MailChannel["login"] | undefined {
  if (user === undefined && password === undefined) return undefined;
  if (user === undefined || password === undefined) {
    const [missing, example] =
      user === undefined ? ["user", "user: zivsync"] : ["password", "password: { env: SMTP_PASSWORD }"];
    problem(
      place,
      ["smtp"],
      `\`${missing}\` is missing in \`smtp\`: a mail server takes both or neither.`,
      `Add it, for example \`${example}\`.`,
    );
    return undefined;
  }
  if (tls === "none") {
    problem(
      place,
      ["smtp", "tls"],
      "With `tls: none` the password would cross the network in clear.",
      "Leave `tls` out, or leave `user` and `password` out: a relay within your network may take mail without them.",
    );
  }
  return { user, password: secretIn(password, place.file) };
}

/** `address` or `Name <address>`; undefined for anything else. No line break, and no character that cannot be seen. */
function parseMailbox(text: string): Mailbox | undefined {
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) return undefined;
  const parts = /^\s*"?([^"<>]*?)"?\s*<([^<>]*)>\s*$/u.exec(text);
  const address = parseAddress(parts === null ? text.trim() : (parts[2] ?? ""));
  return address === undefined ? undefined : { name: parts?.[1] ?? "", address };
}

function caOf({ caFile }: { readonly caFile?: string }, file: ConfigFile): { readonly ca?: NamedFile } {
  if (caFile === undefined) return {};
  const path = resolve(file.folder, caFile);
  return { ca: { path, shownAs: showPath(file.folder, path) } };
}

function secretIn(ref: SecretRef, { folder }: ConfigFile): SecretRef {
  return "env" in ref ? ref : { file: resolve(folder, ref.file) };
}

function problem(
  { file, index, problems }: Place,
  path: readonly string[],
  message: string,
  remedy: string,
): void {
  problems.push({
    code: "config-shape",
    where: file.document.at(["notify", index, ...path]),
    message,
    remedy,
  });
}
