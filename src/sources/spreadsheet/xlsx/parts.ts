import { unescapeText } from "./sheet-cell.ts";
import { scanXml } from "./xml.ts";

/** The texts that cells share, by number; of rich text the letters alone, without its reading aids (ECMA-376 18.4). */
export function readSharedStrings(xml: string): readonly string[] {
  const strings: string[] = [];
  let text = "";
  let reading = false;
  let phonetic = false;
  scanXml(xml, {
    open(name) {
      if (name === "si") text = "";
      else if (name === "rPh") phonetic = true;
      else if (name === "t") reading = !phonetic;
    },
    text(piece) {
      if (reading) text += piece;
    },
    close(name) {
      if (name === "si") strings.push(unescapeText(text));
      else if (name === "rPh") phonetic = false;
      else if (name === "t") reading = false;
    },
  });
  return strings;
}
