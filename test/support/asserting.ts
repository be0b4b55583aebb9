import { dirname, resolve } from "node:path";
import ts from "typescript";

/*
 * Which tests have no assertion that always runs: all of theirs are in a loop that may be empty, in one branch of a
 * condition, or in a function that may not be called. Functions of the tests' own are followed, also into other files.
 */

export type Quiet = { readonly file: string; readonly line: number; readonly name: string };

const TESTS = /^(it|test|itInCampaigns)$/;
/** Functions that call what they are given, at least once, or fail. */
const CALLS_IT = /^(assert|with[A-Z]\w*|inPlace|forAll)$/;
/** What is drawn is empty in some runs, and filled in others. */
const DRAWS = /^(property|asyncProperty)$/;
const EACH = /^(map|forEach|flatMap)$/;

type Source = {
  readonly file: string;
  readonly tree: ts.SourceFile;
  readonly functions: ReadonlyMap<string, ts.Node>;
};

export class Asserting {
  readonly #sources = new Map<string, Source>();
  readonly #read: (file: string) => string | undefined;
  readonly #known = new Map<ts.Node, boolean>();
  #drawn = false;

  constructor(read: (file: string) => string | undefined) {
    this.#read = read;
  }

  /** The tests of a file that may pass without having asserted anything. */
  quietIn(file: string): readonly Quiet[] {
    const source = this.#open(file);
    if (!source) return [];
    const quiet: Quiet[] = [];
    const visit = (node: ts.Node) => {
      const body = ts.isCallExpression(node) && isTest(node.expression) ? bodyOf(node) : undefined;
      if (body && ts.isCallExpression(node) && !this.#function(body, source)) {
        const { line } = source.tree.getLineAndCharacterOfPosition(node.getStart());
        quiet.push({ file, line: line + 1, name: node.arguments[0]?.getText() ?? "" });
      }
      ts.forEachChild(node, visit);
    };
    visit(source.tree);
    return quiet;
  }

  #open(file: string): Source | undefined {
    const known = this.#sources.get(file);
    if (known) return known;
    const text = this.#read(file);
    if (text === undefined) return undefined;
    const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    const source = { file, tree, functions: functionsOf(tree) };
    this.#sources.set(file, source);
    return source;
  }

  #function(node: ts.Node, source: Source): boolean {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    this.#known.set(node, false);
    const { body } = node as ts.ArrowFunction;
    const asserts = body !== undefined && this.#always(body, source);
    this.#known.set(node, asserts);
    return asserts;
  }

  /** Is an assertion reached whenever this node is? */
  #always(node: ts.Node, source: Source): boolean {
    const both = (...nodes: readonly (ts.Node | undefined)[]) =>
      nodes.every((one) => one !== undefined && this.#always(one, source));
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
    if (ts.isIfStatement(node)) return both(node.expression) || both(node.thenStatement, node.elseStatement);
    if (ts.isConditionalExpression(node)) return both(node.condition) || both(node.whenTrue, node.whenFalse);
    if (ts.isBinaryExpression(node) && isShort(node.operatorToken.kind)) return both(node.left);
    if (ts.isIterationStatement(node, false)) return this.#loop(node, source);
    if (ts.isTryStatement(node)) return both(node.finallyBlock) || both(node.tryBlock);
    if (ts.isSwitchStatement(node)) return both(node.expression);
    if (ts.isCallExpression(node) && this.#call(node, source)) return true;
    return ts.forEachChild(node, (child) => this.#always(child, source) || undefined) ?? false;
  }

  #loop(node: ts.IterationStatement, source: Source): boolean {
    const inside = () => this.#always(node.statement, source);
    if (ts.isForOfStatement(node))
      return this.#always(node.expression, source) || (this.#filled(node.expression, source) && inside());
    if (ts.isForStatement(node)) return (this.#drawn || beginsTrue(node)) && inside();
    return ts.isDoStatement(node) && inside();
  }

  #filled(node: ts.Expression, source: Source): boolean {
    return this.#drawn || isFilled(node, source);
  }

  /** A property: it says by what it gives, or by an assertion in it, whether it holds. */
  #property(node: ts.Node, source: Source): boolean {
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return true;
    const before = this.#drawn;
    this.#drawn = true;
    const holds = this.#function(node, source);
    this.#drawn = before;
    return holds;
  }

  #call(node: ts.CallExpression, source: Source): boolean {
    const called = node.expression;
    const functions = node.arguments.filter((one) => ts.isArrowFunction(one) || ts.isFunctionExpression(one));
    if (ts.isIdentifier(called)) {
      if (called.text === "expect") return true;
      if (CALLS_IT.test(called.text) && functions.some((one) => this.#function(one, source))) return true;
      const found = this.#find(called.text, source);
      return found !== undefined && this.#function(found.node, found.source);
    }
    if (!ts.isPropertyAccessExpression(called)) return false;
    const name = called.name.text;
    if (called.expression.getText() === "expect") return true;
    if (DRAWS.test(name)) return functions.some((one) => this.#property(one, source));
    if (EACH.test(name) ? !this.#filled(called.expression, source) : !CALLS_IT.test(name)) return false;
    return functions.some((one) => this.#function(one, source));
  }

  /** The function of this name, in this file or where it is imported from. */
  #find(name: string, source: Source): { readonly node: ts.Node; readonly source: Source } | undefined {
    const here = source.functions.get(name);
    if (here) return { node: here, source };
    for (const statement of source.tree.statements) {
      if (!ts.isImportDeclaration(statement)) continue;
      const { namedBindings } = statement.importClause ?? {};
      const target = (statement.moduleSpecifier as ts.StringLiteral).text;
      if (!namedBindings || !ts.isNamedImports(namedBindings) || !target.startsWith(".")) continue;
      const one = namedBindings.elements.find((element) => element.name.text === name);
      const other = one && this.#open(resolve(dirname(source.file), target));
      if (other) return this.#find((one.propertyName ?? one.name).text, other);
    }
    return undefined;
  }
}

function isTest(node: ts.Expression): boolean {
  if (ts.isIdentifier(node)) return TESTS.test(node.text);
  if (ts.isCallExpression(node)) return isTest(node.expression);
  if (ts.isTaggedTemplateExpression(node)) return isTest(node.tag);
  return ts.isPropertyAccessExpression(node) && isTest(node.expression);
}

function bodyOf(node: ts.CallExpression): ts.Node | undefined {
  if (!node.arguments[0] || ts.isFunctionLike(node.arguments[0])) return undefined;
  return node.arguments.find((one) => ts.isArrowFunction(one) || ts.isFunctionExpression(one));
}

function isShort(kind: ts.SyntaxKind): boolean {
  const { AmpersandAmpersandToken, BarBarToken, QuestionQuestionToken } = ts.SyntaxKind;
  return [AmpersandAmpersandToken, BarBarToken, QuestionQuestionToken].includes(kind as never);
}

/** Is it a list that is written out, or made of one without leaving anything out? */
function isFilled(node: ts.Expression, source: Source): boolean {
  if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node) || ts.isSatisfiesExpression(node))
    return isFilled(node.expression, source);
  if (ts.isArrayLiteralExpression(node))
    return node.elements.some((one) => !ts.isSpreadElement(one) || isFilled(one.expression, source));
  if (ts.isStringLiteral(node)) return node.text !== "";
  if (ts.isObjectLiteralExpression(node)) return node.properties.length > 0;
  if (ts.isIdentifier(node)) {
    const value = initializer(node.text, node);
    return value !== undefined && isFilled(value, source);
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { expression, name } = node.expression;
  const [first] = node.arguments;
  if (/^(entries|keys|values|from)$/.test(name.text) && first) {
    return isFilled(first, source) || /^\{ length: (?!0\b)[\w.]+ \}$/.test(first.getText());
  }
  return (
    /^(map|entries|toSorted|toReversed|sort|reverse|keys|values)$/.test(name.text) &&
    isFilled(expression, source)
  );
}

/** What a constant that is seen from here begins as. */
function initializer(name: string, from: ts.Node): ts.Expression | undefined {
  for (let scope: ts.Node | undefined = from; scope; scope = scope.parent) {
    if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) continue;
    for (const statement of scope.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      const one = statement.declarationList.declarations.find((each) => each.name.getText() === name);
      if (one) return one.initializer;
    }
  }
  return undefined;
}

/** `for (let at = 0; at < …; at++)` is gone through unless the bound is nothing, which nobody writes. */
function beginsTrue({ initializer: first, condition }: ts.ForStatement): boolean {
  return first !== undefined && condition !== undefined && !/\.length\b|\.size\b/.test(condition.getText());
}

/** The functions of a file by name: the first of each. */
function functionsOf(tree: ts.SourceFile): ReadonlyMap<string, ts.Node> {
  const found = new Map<string, ts.Node>();
  const add = (name: string, node: ts.Node) => {
    if (!found.has(name)) found.set(name, node);
  };
  const visit = (node: ts.Node) => {
    if (ts.isFunctionDeclaration(node) && node.name) add(node.name.text, node);
    else if (ts.isVariableDeclaration(node) && node.initializer && ts.isFunctionLike(node.initializer))
      add(node.name.getText(), node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}
