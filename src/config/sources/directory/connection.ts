import { resolve } from "node:path";
import type { DirectoryBind, DirectoryConfig } from "../../../model/source-config/directory.ts";
import type { NamedFile } from "../../../model/source-config/named-file.ts";
import type { Problem } from "../../../model/values/errors.ts";
import { absoluteSecret } from "../../organization/organization.ts";
import type { WrittenBind, WrittenConnection } from "../../schema/types.ts";
import { quote } from "../../schema/wording.ts";
import { parseDuration } from "../../values/duration.ts";
import { type ConfigFile, showPath } from "../../yaml/config-file.ts";
import type { Path } from "../../yaml/yaml.ts";

/** A source in its file; `directory` is the configuration folder. */
export type DirectoryPlace = { readonly directory: string; readonly file: ConfigFile; readonly path: Path };

export type DirectoryConnection = Pick<
  DirectoryConfig,
  "urls" | "startTls" | "bind" | "ca" | "pageSize" | "timeouts"
>;

// The MaxPageSize of Active Directory is 1,000, and OpenLDAP's limit of entries is 500 unless somebody raised it.
const PAGE_SIZE = 500;
const CONNECT = "10s";
const ANSWER = "60s";
const LONGEST_MS = 30 * 60_000;

/** The way a directory is reached, and as whom. Pure. */
export function buildConnection(
  written: WrittenConnection,
  place: DirectoryPlace,
  problems: Problem[],
): DirectoryConnection {
  const startTls = written.startTls ?? false;
  const urls = buildUrls(written.urls, startTls, place, problems);
  const bind = written.bind === undefined ? undefined : buildBind(written.bind, place, problems);
  if (bind?.type === "certificate" && !startTls && urls.some((url) => url.startsWith("ldap:"))) {
    problems.push({
      code: "config-shape",
      where: at(place, "bind", "certificate"),
      message: "A certificate can be shown to a directory only within TLS, and `urls` holds `ldap://`.",
      remedy: "Write `ldaps://…`, or add `startTls: true`.",
    });
  }
  return {
    urls,
    startTls,
    ...(bind === undefined ? {} : { bind }),
    ...(written.caFile === undefined ? {} : { ca: namedFile(written.caFile, place) }),
    pageSize: written.pageSize ?? PAGE_SIZE,
    timeouts: {
      connectMs: timeout("connect", written.timeouts?.connect ?? CONNECT, place, problems),
      answerMs: timeout("answer", written.timeouts?.answer ?? ANSWER, place, problems),
    },
  };
}

function at(place: DirectoryPlace, ...steps: Path): string {
  return place.file.document.at([...place.path, ...steps]);
}

/** A file that a profile names, relative to it. */
export function namedFile(name: string, place: DirectoryPlace): NamedFile {
  const path = resolve(place.file.folder, name);
  return { path, shownAs: showPath(place.directory, path) };
}

function timeout(
  name: "connect" | "answer",
  text: string,
  place: DirectoryPlace,
  problems: Problem[],
): number {
  const milliseconds = parseDuration(text);
  if (milliseconds > LONGEST_MS) {
    problems.push({
      code: "config-shape",
      where: at(place, "timeouts", name),
      message: `\`timeouts.${name}\` is longer than 30 minutes, and zivsync would seem to hang.`,
      remedy: "Write `30m` or less.",
    });
  }
  return milliseconds;
}

const URL_FORM = /^(ldaps?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_.])?)(?::(\d{1,5}))?\/?$/i;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function buildUrls(
  written: string | readonly string[],
  startTls: boolean,
  place: DirectoryPlace,
  problems: Problem[],
): readonly string[] {
  const texts = typeof written === "string" ? [written] : written;
  return texts.map((text, index) => {
    const where = typeof written === "string" ? at(place, "urls") : at(place, "urls", index);
    const fail = (message: string, remedy: string): string => {
      problems.push({ code: "config-shape", where, message, remedy });
      return text;
    };
    const [, scheme = "", host = "", port] = URL_FORM.exec(text) ?? [];
    if (host === "" || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))) {
      // It is not quoted: somebody may have written a user and a password into it.
      return fail(
        "This is not the address of a directory: `ldaps://` or `ldap://`, a host and perhaps a port are all that it holds.",
        "Write for example `ldaps://dc1.corp.example.org`.",
      );
    }
    const url = `${scheme}://${host}${port === undefined ? "" : `:${Number(port)}`}`.toLowerCase();
    if (url.startsWith("ldaps:")) {
      return startTls
        ? fail(
            `${quote(url)} is TLS from its first byte, and \`startTls: true\` is for \`ldap://\` only.`,
            "Remove `startTls`, or write `ldap://`.",
          )
        : url;
    }
    if (startTls || LOOPBACK.test(host.toLowerCase())) return url;
    return fail(
      `The connection to ${quote(url)} would not be encrypted, and who can change what a directory says decides who gets access.`,
      "Write `ldaps://`, or add `startTls: true`.",
    );
  });
}

const WHY = {
  user: "A password belongs to a user.",
  password: "A directory takes a user without a password for a stranger, and shows less than there is.",
  certificate: "A key belongs to a certificate.",
  key: "A certificate proves nothing without its key.",
} as const;

const EXAMPLES = {
  user: "svc-zivsync@corp.example.org",
  password: "{ env: AD_PASSWORD }",
  certificate: "../client.pem",
  key: "{ file: /run/secrets/client.key }",
} as const;

function buildBind(
  written: WrittenBind,
  place: DirectoryPlace,
  problems: Problem[],
): DirectoryBind | undefined {
  const { user, password, certificate, key, passphrase } = written;
  const secret = (ref: NonNullable<WrittenBind["key"]>) => absoluteSecret(ref, place.file.folder);
  const byUser = user !== undefined || password !== undefined;
  const byCertificate = certificate !== undefined || key !== undefined || passphrase !== undefined;
  if (byUser && byCertificate) {
    problems.push({
      code: "config-shape",
      where: at(place, "bind"),
      message: "`bind` names a user and a certificate, and zivsync can be only one of the two.",
      remedy: "Keep `user` and `password`, or `certificate` and `key`.",
    });
    return undefined;
  }
  if (user !== undefined && password !== undefined)
    return { type: "simple", user, password: secret(password) };
  if (certificate !== undefined && key !== undefined) {
    return {
      type: "certificate",
      certificate: namedFile(certificate, place),
      key: secret(key),
      ...(passphrase === undefined ? {} : { passphrase: secret(passphrase) }),
    };
  }
  const wanted = byUser ? (["user", "password"] as const) : (["certificate", "key"] as const);
  for (const name of wanted.filter((name) => written[name] === undefined)) {
    problems.push({
      code: "config-shape",
      where: at(place, "bind"),
      message: `\`${name}\` is missing in \`bind\`. ${WHY[name]}`,
      remedy: `Add it, for example \`${name}: ${EXAMPLES[name]}\`.`,
    });
  }
  return undefined;
}
