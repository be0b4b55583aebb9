import { neutralLine } from "../shared/neutral.ts";
import { fitMessage, type Message } from "./message.ts";

// The format of Slack: https://docs.slack.dev/reference/block-kit/blocks (2026).
export const SLACK_BLOCKS = 50;
export const SLACK_HEADER = 150;
export const SLACK_TEXT = 3_000;

/** `<` begins mentions and links, and `&` what stands for it. Plain text has no other markup; emoji are switched off. */
function inSlack(text: string): string {
  return neutralLine(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const plain = (text: string): object => ({ type: "plain_text", text, emoji: false });

/** A message for an incoming webhook: blocks, and a text for notifications. */
export function renderSlack(message: Message): object {
  return fitMessage(message, blocksOf, ({ texts, blocks }) => fits(texts, blocks)).payload;
}

function fits(texts: readonly string[], blocks: number): boolean {
  return blocks <= SLACK_BLOCKS && texts.every((text) => text.length <= SLACK_TEXT);
}

function blocksOf({ title, parts, look }: Message) {
  const sections = parts.map((part) =>
    [part.title, ...part.lines.map((line) => `• ${inSlack(line)}`)].join("\n"),
  );
  const places = look.map((one) => (one.startsWith("https://") ? escaped(one) : inSlack(one)));
  const texts = [...sections, ...(places.length === 0 ? [] : [`Look at ${places.join(", ")}`])];
  const header = cutTo(inSlack(title), SLACK_HEADER);
  const blocks = [
    { type: "header", text: plain(header) },
    ...texts.map((text) => ({ type: "section", text: plain(text) })),
  ];
  return { payload: { text: header, blocks }, texts, blocks: blocks.length };
}

/** The address of a page of ours, which may become a link. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function cutTo(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
