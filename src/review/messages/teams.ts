import { neutralLine } from "../shared/neutral.ts";
import { fitMessage, jsonBytes, type Message } from "./message.ts";

/** Teams takes 28 KB of a message: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors (2026). */
export const TEAMS_BYTES = 28_000;

/** `{{` begins a function of Adaptive Cards. */
const inCard = (text: string): string => neutralLine(text).replaceAll("{{", "{\\u{7b}");

type Run = { readonly type: "TextRun"; readonly text: string } & Readonly<Record<string, string>>;

/** Text runs hold no Markdown, which text blocks and facts do. */
function block(text: string, look: Readonly<Record<string, string>> = {}): object {
  const run: Run = { type: "TextRun", text, ...look };
  return { type: "RichTextBlock", inlines: [run] };
}

/** A message for a Workflows webhook: an Adaptive Card in an envelope, in at most 28 KB. */
export function renderTeams(message: Message): object {
  return fitMessage(message, cardOf, (card) => jsonBytes(card) <= TEAMS_BYTES);
}

function cardOf({ title, tone, parts, look }: Message): object {
  const color = tone === "bad" ? "Attention" : "Warning";
  const body = [
    block(inCard(title), { size: "Large", weight: "Bolder", color }),
    ...parts.flatMap((part) => [
      block(part.title, { weight: "Bolder" }),
      ...part.lines.map((line) => block(inCard(line))),
    ]),
    ...look.filter((one) => !isPage(one)).map((one) => block(`Look at ${inCard(one)}`)),
  ];
  const actions = look.filter(isPage).map((url) => ({ type: "Action.OpenUrl", title: "Open the run", url }));
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body,
    ...(actions.length === 0 ? {} : { actions }),
    msteams: { width: "Full" },
  };
  return {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }],
  };
}

/** An address of a web page that zivsync itself gave. */
export function isPage(look: string): boolean {
  return look.startsWith("https://");
}
