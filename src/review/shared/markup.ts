/** HTML that is ours. Text only gets into it escaped, so a place where that was forgotten does not type-check. */
export type Markup = { readonly html: string };

type Piece = string | number | Markup | readonly Markup[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** For text between tags and in attributes, which are in double quotes throughout. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);
}

/** Tag of a template: text between the pieces is HTML, pieces that are not markup are escaped. */
export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  let html = strings[0] ?? "";
  pieces.forEach((piece, at) => {
    html += writePiece(piece) + (strings[at + 1] ?? "");
  });
  return { html };
}

export const NOTHING: Markup = { html: "" };

/** JSON that can stand inside a script element, whatever is in it (HTML standard, 4.12.1.3). */
export function scriptJson(data: unknown): Markup {
  const json = JSON.stringify(data);
  return { html: json.replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${hex(sign)}`) };
}

function hex(sign: string): string {
  return sign.charCodeAt(0).toString(16).padStart(4, "0");
}

function writePiece(piece: Piece): string {
  if (typeof piece === "string") return escapeHtml(piece);
  if (typeof piece === "number") return String(piece);
  return "html" in piece ? piece.html : piece.map(({ html }) => html).join("");
}
