import { present } from "../../../model/values/present.ts";
import { type BerCursor, MalformedAnswer } from "./ber.ts";
import { LARGEST_URL, MOST_REFERENCES } from "./bounds.ts";

/** Tags of the protocol operations that a server sends (RFC 4511, appendix B). */
export const OPERATION = {
  bindResponse: 0x61,
  searchEntry: 0x64,
  searchResult: 0x65,
  searchReference: 0x73,
  extendedResponse: 0x78,
  intermediateResponse: 0x79,
} as const;

const INTEGER = 0x02;
const BOOLEAN = 0x01;
const OCTET_STRING = 0x04;
const ENUMERATED = 0x0a;
const SEQUENCE = 0x30;
const REFERRAL = 0xa3;
const RESPONSE_NAME = 0x8a;
const RESPONSE_VALUE = 0x8b;
const CONTROLS = 0xa0;
const PAGED_RESULTS = "1.2.840.113556.1.4.319";

/** An LDAPResult with what its operation adds to it. */
export type LdapResult = {
  readonly code: number;
  readonly matchedDn: string;
  readonly diagnostic: string;
  readonly referrals: readonly string[];
  /** Of an extended response. */
  readonly name?: string;
  readonly value?: Buffer;
  /** Of the paged results control (RFC 2696); absent when the server sent none. */
  readonly cookie?: Buffer;
};

/** Reads a result from the content of its operation (to `end`) and the controls behind it (to `messageEnd`). */
export function readResult(cursor: BerCursor, end: number, messageEnd: number): LdapResult {
  const code = cursor.integer(ENUMERATED, end);
  const matchedDn = cursor.text(OCTET_STRING, end);
  const diagnostic = cursor.text(OCTET_STRING, end);
  const referrals = cursor.peek(end) === REFERRAL ? readUrls(cursor, cursor.open(REFERRAL, end)) : [];
  let name: string | undefined;
  let value: Buffer | undefined;
  while (cursor.at < end) {
    const tag = cursor.peek(end);
    if (tag === RESPONSE_NAME) name = cursor.text(tag, end);
    else if (tag === RESPONSE_VALUE) value = cursor.content(tag, end);
    else cursor.skip(end);
  }
  const cookie =
    cursor.peek(messageEnd) === CONTROLS ? readCookie(cursor, cursor.open(CONTROLS, messageEnd)) : undefined;
  return {
    code,
    matchedDn,
    diagnostic,
    referrals,
    ...present({ name, value, cookie }),
  };
}

/** The URLs of a search reference or of a referral. Throws MalformedAnswer for more, or longer ones, than there can be. */
export function readUrls(cursor: BerCursor, end: number): string[] {
  const urls: string[] = [];
  while (cursor.at < end) {
    if (urls.length === MOST_REFERENCES) {
      throw new MalformedAnswer(`a message of more than ${MOST_REFERENCES.toLocaleString("en")} URLs`);
    }
    const url = cursor.content(OCTET_STRING, end);
    if (url.length > LARGEST_URL) throw new MalformedAnswer("a URL of more than 8 KB");
    urls.push(url.toString("utf8"));
  }
  return urls;
}

function readCookie(cursor: BerCursor, end: number): Buffer | undefined {
  let cookie: Buffer | undefined;
  while (cursor.at < end) {
    const controlEnd = cursor.open(SEQUENCE, end);
    const type = cursor.text(OCTET_STRING, controlEnd);
    if (type === PAGED_RESULTS) {
      if (cursor.peek(controlEnd) === BOOLEAN) cursor.skip(controlEnd);
      const valueEnd = cursor.open(OCTET_STRING, controlEnd);
      const pageEnd = cursor.open(SEQUENCE, valueEnd);
      cursor.integer(INTEGER, pageEnd);
      cookie = cursor.content(OCTET_STRING, pageEnd);
    }
    cursor.at = controlEnd;
  }
  return cookie;
}
