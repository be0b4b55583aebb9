import { describe, expect, test } from "vitest";
import { isSameName, sharesFamilyName, sharesGivenName } from "../../../src/engine/desired/full-names.ts";

type Row = readonly [a: string, b: string, expected: boolean];

describe("the same name", () => {
  test.each<Row>([
    ["Jane Doe", "Jane Doe", true],
    ["Jane Doe", "jane DOE", true],
    ["Jane Doe", " Jane\t\u00a0 Doe ", true],
    ["Jos\u00e9 Doe", "Jose\u0301 Doe", true],
    ["José Doe", "Jose Doe", false],
    ["Jane Doe", "JaneDoe", false],
    ["Jane Doe", "", false],
    ["", " ", true],
  ])("%j and %j: %s", (a, b, expected) => {
    expect([isSameName(a, b), isSameName(b, a)]).toEqual([expected, expected]);
  });
});

describe("a given name in common", () => {
  test.each<Row>([
    ["Maria Maiden", "Maria Married", true],
    ["M. Maiden", "M. Married", true],
    ["M. Maiden", "Maria Married", true],
    ["Maria Maiden", "Mark Married", false],
    ["Ma Maiden", "Maria Married", false],
    ["N. Maiden", "Maria Married", false],
    ["A. Maiden", "Maria Married", false],
    ["Lena Leaver", "Nils New", false],
    ["Doe, Jane", "Jane Smith", true],
    ["Doe, Jane", "Doe Smith", false],
    ["Doe, Jane, MD", "Jane Smith", true],
    ["M. (Maria) Doe", "Maria Smith", true],
    ["M. (Maria Anna) Doe", "Anna Smith", false],
    ["M. (Maria) Doe (Mia)", "Mia Smith", true],
    ["(Maria) Doe", "Doe Smith", true],
    ["(Maria) Doe", "Maria Smith", true],
    ["Jan (2) Doe", "Jan Smith", true],
    ["Jan de Vries", "Kees de Vries", false],
    ["Anne-Marie Doe", "Anne Smith", false],
    ["D’Arcy Doe", "D'Arcy Doe", false],
    ["O'Hara Doe", "O Smith", true],
    ["Jose\u0301 Doe", "Jos\u00e9 Smith", true],
    ["  Jane", "Jane Smith", true],
    ["...", "...", false],
    ["", "Jane Doe", false],
    ["", "", false],
  ])("%j and %j: %s", (a, b, expected) => {
    expect([sharesGivenName(a, b), sharesGivenName(b, a)]).toEqual([expected, expected]);
  });
});

describe("a family name in common", () => {
  test.each<Row>([
    ["Anna Jansen", "Anna de Vries-Jansen", true],
    ["Anna Jansen", "Bert JANSEN", true],
    ["Anna de Wit", "Bert de Wit", false],
    ["Anna de Wolf", "Bert Wolf", true],
    ["Anna van den Berg", "Bert van den Heuvel", false],
    ["Jansen Anna", "Bert Jansen", false],
    ["Jansen, Anna", "Jansen, Bert", true],
    ["Jansen", "Jansen", false],
    ["Anna Jansen", "Bert Smit", false],
    ["", "", false],
  ])("%j and %j: %s", (a, b, expected) => {
    expect([sharesFamilyName(a, b), sharesFamilyName(b, a)]).toEqual([expected, expected]);
  });
});
