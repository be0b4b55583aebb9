/** What expressions can name: `github`, `needs`, `steps` … */
export type Values = { readonly [name: string]: unknown };

/** A text with its `${{ … }}` filled in. */
export function fill(text: string, context: Values): string {
  return text.replace(/\$\{\{ *(.*?) *\}\}/g, (_, expression: string) =>
    String(evaluate(expression, context) ?? ""),
  );
}

/** Does a condition hold? */
export const truth = (condition: string, context: Values): boolean =>
  Boolean(evaluate(condition.replace(/^\$\{\{(.*)\}\}$/s, "$1"), context));

const TOKEN = /'((?:[^']|'')*)'|(==|!=|&&|\|\||!|\(|\))|([\w.-]+)|(\s+)/gy;
const FUNCTIONS = ["success", "always", "cancelled"];

/** An expression of GitHub's in which only paths, texts, comparisons, `toJSON()`, and `always()` and its like occur. */
export function evaluate(expression: string, context: Values): unknown {
  let code = "";
  const values: unknown[] = [];
  for (const [, text, sign, name, blank] of expression.matchAll(TOKEN)) {
    if (blank !== undefined) continue;
    if (sign !== undefined) code += sign === "==" || sign === "!=" ? `${sign}=` : sign;
    else if (name === "toJSON") code += "JSON.stringify";
    else if (name !== undefined && FUNCTIONS.includes(name)) code += `(()=>${name !== "cancelled"})`;
    else {
      values.push(text === undefined ? valueAt(name ?? "", context) : text.replaceAll("''", "'"));
      code += `v[${values.length - 1}]`;
    }
  }
  return new Function("v", `return ${code}`)(values);
}

function valueAt(path: string, context: Values): unknown {
  return (
    path
      .split(".")
      .reduce<unknown>(
        (value, key) => (typeof value === "object" && value !== null ? (value as Values)[key] : undefined),
        context,
      ) ?? ""
  );
}
