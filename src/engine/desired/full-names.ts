import { foldText } from "../../model/values/text.ts";
/*
 * Full names as evidence of who somebody is. They are weak evidence: two people may share one, and one person may be
 * written in several ways. So equal names may settle a doubt, and names that share nothing raise one.
 */

/** Case, accents written as one or two characters, and white space do not count. */
export function isSameName(a: string, b: string): boolean {
  return a === b || foldText(a) === foldText(b);
}

/**
 * Whether two full names share a given name or an initial, as "M. Maiden" and "M. Married" do. Two given names that are both
 * written in full must be equal: "Maria" and "Mark" share nothing.
 */
export function sharesGivenName(a: string, b: string): boolean {
  const others = givenNames(b);
  return givenNames(a).some((name) => others.some((other) => isSameGivenName(name, other)));
}

/** Whether two full names share a word of four letters or more that is not the given name, as "Anna Jansen" and "Anna de Vries-Jansen". */
export function sharesFamilyName(a: string, b: string): boolean {
  const others = new Set(familyWords(b));
  return familyWords(a).some((word) => others.has(word));
}

/** Particles such as "van den" and "von" are shorter than a name that says anything. */
function familyWords(fullName: string): readonly string[] {
  const given = new Set(givenNames(fullName));
  return words(foldText(fullName))
    .flatMap((word) => word.split("-"))
    .filter((word) => word.length >= 4 && !given.has(word));
}

function isSameGivenName(a: string, b: string): boolean {
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length === 1 && long.startsWith(short);
}

/** The first name, what comes after a comma ("Doe, Jane"), and what is in brackets ("M. (Maria) Doe"). */
function givenNames(fullName: string): readonly string[] {
  const folded = foldText(fullName);
  const inBrackets = [...folded.matchAll(/\(([^)]+)\)/gu)].map(([, name = ""]) => name);
  const plain = folded.replace(/\([^)]*\)/gu, " ");
  const [family = "", ...given] = plain.split(",");
  const first = given.length > 0 ? given.join(" ") : family;
  return [first, ...inBrackets].flatMap((part) => words(part).slice(0, 1));
}

function words(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{M}\p{N}'’-]+/u).filter((word) => word !== "");
}
