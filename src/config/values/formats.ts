import { parseAddress, parseDomain } from "../../model/values/address.ts";
import { parseAddressPattern } from "./address-pattern.ts";

/** The model decides what a domain and an address are, not a general format library. */
export const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  "idn-hostname": (text) => parseDomain(text) !== undefined,
  "idn-email": (text) => parseAddress(text) !== undefined,
  "address-pattern": (text) => parseAddressPattern(text) !== undefined,
};
