import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDn, parseFilter } from "../../../../src/config/sources/directory/ldap-syntax.ts";
import { workTime } from "../../../support/work-time.ts";

describe("a filter (RFC 4515)", () => {
  const SOUND = [
    "(cn=Babs Jensen)",
    "(!(cn=Tim Howes))",
    "(&(objectClass=Person)(|(sn=Jensen)(cn=Babs J*)))",
    "(o=univ*of*mich*)",
    "(seeAlso=)",
    "(cn:caseExactMatch:=Fred Flintstone)",
    "(cn:=Betty Rubble)",
    "(sn:dn:2.4.6.8.10:=Barney Rubble)",
    "(o:dn:=Ace Industry)",
    "(:1.2.3:=Wilma Flintstone)",
    "(:DN:2.4.6.8.10:=Dino)",
    "(o=Parens R Us \\28for all your parenthetical needs\\29)",
    "(cn=*\\2A*)",
    "(sn=Lu\\c4\\8di\\c4\\87)",
    "(1.3.6.1.4.1.1466.0=\\04\\02\\48\\69)",
    "(userAccountControl:1.2.840.113556.1.4.803:=2)",
    "(userCertificate;binary=*)",
    "(age>=18)",
    "(age<=18)",
    "(cn~=Jansen)",
    "(manager=CN=Doe\\5c, Jane,OU=A+B,DC=org)",
    "(cn=Jürgen)",
  ];
  for (const filter of SOUND) {
    test(`${filter} is one`, () => expect(parseFilter(filter)).toEqual({ filter }));
  }

  test("loses the white space between its parts, and none of its values", () => {
    const written = " ( & ( cn = Jane  Doe ) \n ( ! ( sn=*) ) ) \n";
    expect(parseFilter(written)).toEqual({ filter: "(&(cn= Jane  Doe )(!(sn=*)))" });
  });

  const WRONG = [
    { text: "", at: 1, message: "a `(` is missing" },
    { text: "cn=a", at: 1, message: "a `(` is missing" },
    { text: "(cn=a", at: 1, message: "this `(` is not closed" },
    { text: "(&(cn=a)", at: 1, message: "this `(` is not closed" },
    { text: "(|(cn=a)(sn=b)))", at: 16, message: "there is something after its end" },
    { text: "(cn=a)(sn=b)", at: 7, message: "there is something after its end" },
    { text: "(&)", at: 2, message: "`&` takes conditions in parentheses" },
    { text: "(!(cn=a)(sn=b))", at: 2, message: "`!` takes one condition in parentheses" },
    { text: "(&cn=a)", at: 3, message: "a `(` or a `)` is missing" },
    { text: "(cn)", at: 2, message: "this is not an attribute with `=` and a value" },
    { text: "()", at: 2, message: "this is not an attribute with `=` and a value" },
    { text: "(=a)", at: 2, message: "this is not an attribute with `=` and a value" },
    { text: "(c n=a)", at: 2, message: "this is not an attribute with `=` and a value" },
    { text: "(cn=\\zz)", at: 5, message: "a `\\` is without two hexadecimal digits after it" },
    { text: "(cn=a\\5)", at: 6, message: "a `\\` is without two hexadecimal digits after it" },
    { text: "(age>=1*)", at: 8, message: "`*` has no meaning after `>=`" },
    { text: "(cn:=a*)", at: 7, message: "`*` has no meaning after `:=`" },
    { text: "(cn=Team (A))", at: 10, message: "there is a `(` inside a value" },
    { text: `${"(!".repeat(102)}(cn=a)${")".repeat(102)}`, at: 203, message: "it is nested too deeply" },
  ];
  for (const { text, at, message } of WRONG) {
    test(`${JSON.stringify(text.slice(0, 40))} is none`, () => {
      expect(parseFilter(text)).toEqual({ fault: { at, message, remedy: expect.any(String) } });
    });
  }

  test("is told without an error of another sort, whatever stands there", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."()&|!=*\\:<>~;.a1 \n\u00fc") }), (text) => {
        const parsed = parseFilter(text);
        // A filter can be put between others: it is in one pair of parentheses, and parsed it stays what it is.
        if ("filter" in parsed) expect(parseFilter(parsed.filter)).toEqual(parsed);
        else expect(parsed.fault.at).toBeLessThanOrEqual(text.length + 1);
      }),
    );
  });
});

describe("a DN (RFC 4514)", () => {
  const SOUND = [
    "DC=org",
    "CN=Steve Kille,O=Isode Limited,C=GB",
    "OU=Sales+CN=J. Smith,DC=example,DC=net",
    'CN=James \\"Jim\\" Smith\\, III,DC=example,DC=net',
    "CN=Before\\0dAfter,DC=example,DC=net",
    "1.3.6.1.4.1.1466.0=#04024869",
    "CN=Lu\\C4\\8Di\\C4\\87",
    'cn="Doe, Jane", dc=example, dc=org',
    "CN=a=b,DC=org",
    "CN=,DC=org",
  ];
  const WRONG = [
    "",
    "corp.example.org",
    "CN=a,",
    ",CN=a",
    "CN=a,,DC=org",
    "CN=a;DC=org",
    "CN=a\\",
    "=a",
    'CN="a',
  ];
  for (const dn of SOUND) test(`${dn} looks like one`, () => expect(isDn(dn)).toBe(true));
  for (const dn of WRONG) test(`${JSON.stringify(dn)} does not`, () => expect(isDn(dn)).toBe(false));
  test("is looked at in no time, however long it is", () => {
    const started = workTime();
    expect(isDn(`CN=${" ".repeat(20_000)}"`)).toBe(false);
    expect(isDn(`${"CN=a,".repeat(20_000)}"`)).toBe(false);
    expect(workTime() - started).toBeLessThan(2_000);
  });
});
