/*
 * Attributes of Active Directory under their own names and numbers, and two classes to hold them, for servers that are
 * not Active Directory. `objectCategory` is a text here, and matches by the short name that filters use.
 */

type Syntax = "text" | "name" | "number" | "bytes" | "dn" | "yesNo";

const SYNTAXES: Readonly<Record<Syntax, string>> = {
  text: "EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15",
  name: "EQUALITY caseIgnoreIA5Match SUBSTR caseIgnoreIA5SubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.26",
  number: "EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27",
  bytes: "EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40",
  dn: "EQUALITY distinguishedNameMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.12",
  yesNo: "EQUALITY booleanMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.7",
};

const ATTRIBUTES: readonly (readonly [name: string, oid: string, Syntax, "single"?])[] = [
  ["objectGUID", "1.2.840.113556.1.4.2", "bytes", "single"],
  ["objectSid", "1.2.840.113556.1.4.146", "bytes", "single"],
  ["objectCategory", "1.2.840.113556.1.4.782", "text", "single"],
  ["sAMAccountName", "1.2.840.113556.1.4.221", "text", "single"],
  ["userPrincipalName", "1.2.840.113556.1.4.656", "text", "single"],
  ["userAccountControl", "1.2.840.113556.1.4.8", "number", "single"],
  ["accountExpires", "1.2.840.113556.1.4.159", "number", "single"],
  ["primaryGroupID", "1.2.840.113556.1.4.98", "number", "single"],
  ["groupType", "1.2.840.113556.1.4.750", "number", "single"],
  ["proxyAddresses", "1.2.840.113556.1.2.210", "text"],
  ["memberOf", "1.2.840.113556.1.2.102", "dn"],
  ["nsAccountLock", "2.16.840.1.113730.3.1.610", "yesNo", "single"],
];

const USER = "objectCategory $ userPrincipalName $ userAccountControl $ accountExpires $ primaryGroupID";
const COMMON =
  "cn $ displayName $ mail $ department $ objectGUID $ objectSid $ sAMAccountName $ proxyAddresses $ memberOf";

/** Lines for slapd.conf to include, after core, cosine and inetorgperson. */
export const AD_SCHEMA = [
  ...ATTRIBUTES.map(
    ([name, oid, syntax, single]) =>
      `attributetype ( ${oid} NAME '${name}' ${SYNTAXES[syntax]}${single ? " SINGLE-VALUE" : ""} )`,
  ),
  // Departments are not attribute of core, cosine or inetorgperson.
  `attributetype ( 1.2.840.113556.1.2.141 NAME 'department' ${SYNTAXES.text} SINGLE-VALUE )`,
  `objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP organizationalPerson STRUCTURAL MAY ( ${USER} $ ${COMMON} $ givenName ) )`,
  `objectclass ( 1.2.840.113556.1.5.8 NAME 'group' SUP top STRUCTURAL MUST cn MAY ( objectCategory $ groupType $ member $ description $ ${COMMON} ) )`,
  "",
].join("\n");
