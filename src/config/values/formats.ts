import { parseAddress, parseDomain } from "../../model/values/address.ts";
import { parseAddressPattern } from "./address-pattern.ts";

/** What counts as a domain and an address is the model's matter, not that of a general format library. */
export const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  "idn-hostname": (text) => parseDomain(text) !== undefined,
  "idn-email": (text) => parseAddress(text) !== undefined,
  "address-pattern": (text) => parseAddressPattern(text) !== undefined,
};
