import ts from "typescript";
import { replacements } from "./operators.mjs";

/*
 * A file with all its mutants in it: each place asks `__mutant(number)` whether its own is the one that is switched on, so
 * that one copy, loaded once, is every mutant in turn.
 */

const isChain = (node) => (node.flags & ts.NodeFlags.OptionalChain) !== 0;

/** `a?.b.c` is one expression: parentheses inside would change what `?.` leaves out, and whose method is called. */
function wholeOf(node) {
  let whole = node;
  while (isChain(whole.parent) && whole.parent.expression === whole) whole = whole.parent;
  return whole;
}

function isSkipped(node) {
  return (
    ts.isTypeNode(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isHeritageClause(node)
  );
}

const isBody = (node) =>
  ts.isBlock(node) && node.statements.length > 0 && !ts.isConstructorDeclaration(node.parent);

/** `{ text, mutants }`; `first` is the number of the first. */
export function instrument(file, source, first) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const lines = source.split("\n");
  const mutants = [];
  const at = new Map();

  const add = (node, holder, before, after) => {
    const { line, character } = tree.getLineAndCharacterOfPosition(node.getStart());
    const mutant = { id: first + mutants.length, file, line: line + 1, column: character + 1 };
    mutants.push({ ...mutant, code: lines[line].trim(), before, after });
    const whole = wholeOf(holder);
    const from = node.getStart() - whole.getStart();
    const text = whole.getText();
    const replaced = text.slice(0, from) + after + text.slice(from + before.length);
    at.set(whole, [...(at.get(whole) ?? []), { id: mutant.id, text: replaced }]);
  };

  const find = (node) => {
    if (isSkipped(node)) return;
    if (isBody(node)) add(node, node, node.getText(), "{}");
    else for (const after of new Set(replacements(node))) add(node, node, node.getText(), after);
    ts.forEachChild(node, find);
  };
  find(tree);

  const emit = (node) => {
    let text = "";
    let from = node.getStart();
    ts.forEachChild(node, (child) => {
      if (isSkipped(child) || child.getEnd() === child.getFullStart()) return;
      text += source.slice(from, child.getStart()) + emit(child);
      from = child.getEnd();
    });
    text += source.slice(from, node.getEnd());
    const own = at.get(node) ?? [];
    if (own.length === 0) return text;
    if (isBody(node)) return `{ if (__mutant(${own[0].id})) {} else ${text} }`;
    return `(${own.map((one) => `__mutant(${one.id}) ? (${one.text}) : `).join("")}(${text}))`;
  };
  const text = `const __mutant = globalThis.__zivsyncMutant ?? (() => false);\n${emit(tree)}\n`;
  return { text, mutants };
}
