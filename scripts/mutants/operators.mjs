import ts from "typescript";

/*
 * What is changed in a program to see whether a test notices: one small change each, those that mutation testers usually
 * make. Each function says what could be at one node, as whole replacements of that node's text.
 */

const OPERATORS = {
  "===": ["!=="],
  "!==": ["==="],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "&&": ["||"],
  "||": ["&&"],
  "??": ["&&"],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "+=": ["-="],
  "-=": ["+="],
};
const YES_OR_NO = new Set(["===", "!==", "<", "<=", ">", ">=", "&&", "||"]);

const SWAPPED = {
  some: "every",
  every: "some",
  startsWith: "endsWith",
  endsWith: "startsWith",
  toUpperCase: "toLowerCase",
  toLowerCase: "toUpperCase",
  min: "max",
  max: "min",
};
const LEFT_OUT = new Set([
  "filter",
  "sort",
  "toSorted",
  "reverse",
  "toReversed",
  "slice",
  "trim",
  "trimStart",
  "trimEnd",
  "subarray",
]);

const textOf = (node) => node.getText();
/** The node's text with the part from `start` to `end` put otherwise. */
function with_(node, start, end, text) {
  const from = node.getStart();
  const whole = textOf(node);
  return whole.slice(0, start - from) + text + whole.slice(end - from);
}

const LOGICAL = new Set(["&&", "||", "??"]);
/** An operand of a logical operator stays one whatever operator comes in its place. */
const whole = (node, operator) =>
  LOGICAL.has(operator) && ts.isBinaryExpression(node) && LOGICAL.has(textOf(node.operatorToken))
    ? `(${textOf(node)})`
    : textOf(node);

function ofBinary(node) {
  const token = node.operatorToken;
  const operator = textOf(token);
  const isText = [node.left, node.right].some(
    (one) => ts.isStringLiteralLike(one) || ts.isTemplateExpression(one),
  );
  if (operator === "+" && isText) return [];
  const [left, right] = [whole(node.left, operator), whole(node.right, operator)];
  const between = textOf(node).slice(
    node.left.getEnd() - node.getStart(),
    node.right.getStart() - node.getStart(),
  );
  const others = (OPERATORS[operator] ?? []).map(
    (other) => left + between.replace(operator, () => other) + right,
  );
  return YES_OR_NO.has(operator) ? [...others, "true", "false"] : others;
}

function ofCall(node) {
  const { expression } = node;
  if (!ts.isPropertyAccessExpression(expression)) return [];
  const name = textOf(expression.name);
  if (Object.hasOwn(SWAPPED, name))
    return [with_(node, expression.name.getStart(), expression.name.getEnd(), SWAPPED[name])];
  return LEFT_OUT.has(name) ? [textOf(expression.expression)] : [];
}

function isCondition(node) {
  const { parent } = node;
  if (parent === undefined) return false;
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  return (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) && parent.expression === node;
}

function ofText(node) {
  const { parent } = node;
  const isName =
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    ts.isTaggedTemplateExpression(parent) ||
    ts.isExpressionStatement(parent);
  if (isName) return [];
  return [ts.isStringLiteralLike(node) && node.text === "" ? '"mutant"' : '""'];
}

/** Anchors of a regular expression, left out. */
function ofPattern(node) {
  const text = textOf(node);
  const ends = text.lastIndexOf("/");
  const found = [];
  if (text.startsWith("/^")) found.push(`/${text.slice(2)}`);
  if (text[ends - 1] === "$" && text[ends - 2] !== "\\")
    found.push(text.slice(0, ends - 1) + text.slice(ends));
  return found;
}

function isAssignedTo(node) {
  const { parent } = node;
  return (
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}

function ofUnary(node) {
  const operand = textOf(node.operand);
  if (node.operator === ts.SyntaxKind.ExclamationToken) return [operand];
  if (node.operator === ts.SyntaxKind.PlusPlusToken) return [`--${operand}`];
  return node.operator === ts.SyntaxKind.MinusMinusToken ? [`++${operand}`] : [];
}

function ofList(node) {
  if (isAssignedTo(node)) return [];
  return [node.elements.length === 0 ? '["mutant"]' : "[]"];
}

const { SyntaxKind } = ts;
const BY_KIND = new Map([
  [SyntaxKind.BinaryExpression, ofBinary],
  [SyntaxKind.CallExpression, ofCall],
  [SyntaxKind.PrefixUnaryExpression, ofUnary],
  [SyntaxKind.PostfixUnaryExpression, ofUnary],
  [SyntaxKind.TrueKeyword, () => ["false"]],
  [SyntaxKind.FalseKeyword, () => ["true"]],
  [SyntaxKind.StringLiteral, ofText],
  [SyntaxKind.NoSubstitutionTemplateLiteral, ofText],
  [SyntaxKind.TemplateExpression, ofText],
  [SyntaxKind.RegularExpressionLiteral, ofPattern],
  [SyntaxKind.ArrayLiteralExpression, ofList],
  [
    SyntaxKind.ObjectLiteralExpression,
    (node) => (node.properties.length > 0 && !isAssignedTo(node) ? ["{}"] : []),
  ],
  [SyntaxKind.ArrowFunction, (node) => (ts.isBlock(node.body) ? [] : ["() => undefined"])],
]);

/** Texts that an expression is replaced by, each one a mutant. */
export function replacements(node) {
  const found = [...(BY_KIND.get(node.kind)?.(node) ?? [])].filter((one) => one !== textOf(node));
  if (isCondition(node)) found.push("true", "false");
  const unchained = node.questionDotToken;
  if (unchained && !ts.isCallExpression(node) && ts.isPropertyAccessExpression(node))
    found.push(with_(node, unchained.getStart(), unchained.getEnd(), "."));
  return found;
}
