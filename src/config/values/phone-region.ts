import type { Problem } from "../../model/values/errors.ts";
import { quote } from "../schema/wording.ts";
import type { YamlDocument } from "../yaml/yaml.ts";

/** The codes of ISO 3166-1 whose regions have phone numbers of their own, and AC, TA and XK, which are used like them. */
export const PHONE_REGIONS: ReadonlySet<string> = new Set(
  [
    "AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ",
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM",
    "FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE",
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN",
    "MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT",
    "PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK",
    "TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW",
  ]
    .join(" ")
    .split(" "),
);

/** The region in upper case; what is none is left out, and a problem. */
export function buildPhoneRegion(
  written: string | undefined,
  document: YamlDocument,
  problems: Problem[],
): string | undefined {
  const region = written?.toUpperCase();
  if (region === undefined || PHONE_REGIONS.has(region)) return region;
  problems.push({
    code: "config-shape",
    where: document.at(["defaultPhoneRegion"]),
    message: `${quote(region)} is not a country or region with phone numbers of its own.`,
    remedy: "Write its two letters after ISO 3166-1, for example `NL`; the United Kingdom is `GB`.",
  });
  return undefined;
}
