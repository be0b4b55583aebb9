import { type Markup, markup, NOTHING } from "../shared/markup.ts";
import { neutralLine, neutralText } from "../shared/neutral.ts";
import type { Message } from "./message.ts";
import { isPage } from "./teams.ts";

export type RenderedMail = { readonly subject: string; readonly text: string; readonly html: string };

const SUBJECT = 200;

/** A message as mail: a subject of ours on one line, plain text, and HTML that loads nothing. `note` follows it: what is attached. */
export function renderMail({ title, tone, parts, look }: Message, note: string): RenderedMail {
  const subject = neutralText(title, SUBJECT);
  const places = look.map((one) => (isPage(one) ? one : neutralLine(one)));
  const blocks = parts.map((part) => ({ title: part.title, lines: part.lines.map(neutralLine) }));
  const text = [
    subject,
    ...blocks.map((part) => [`${part.title}:`, ...part.lines.map((line) => `- ${line}`)].join("\n")),
    ...(places.length === 0 ? [] : [`Look at ${places.join(", ")}`]),
    ...(note === "" ? [] : [note]),
  ].join("\n\n");
  return { subject, text: `${text}\n`, html: page(subject, tone, blocks, places, note) };
}

function page(
  title: string,
  tone: Message["tone"],
  parts: Message["parts"],
  places: readonly string[],
  note: string,
): string {
  const color = tone === "bad" ? "#b42318" : "#8a5a00";
  const sections = parts.map(
    (part) =>
      markup`<h2 style="font-size:15px;margin:16px 0 4px">${part.title}</h2><ul style="margin:0">${part.lines.map((line) => markup`<li><bdi>${line}</bdi></li>`)}</ul>`,
  );
  const { html } = markup`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body style="font-family:sans-serif;font-size:14px;color:#1f2328">
<h1 style="font-size:18px;color:${color}">${title}</h1>
${sections}
${places.length === 0 ? NOTHING : markup`<p>Look at ${joined(places)}.</p>`}
${note === "" ? NOTHING : markup`<p style="color:#59636e">${note}</p>`}
</body></html>
`;
  return html;
}

function joined(places: readonly string[]): Markup[] {
  return places.map((one, at) => {
    const comma = at === 0 ? "" : ", ";
    return isPage(one) ? markup`${comma}<a href="${one}">${one}</a>` : markup`${comma}<code>${one}</code>`;
  });
}
