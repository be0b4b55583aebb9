/** A workbook that is not as it should be. `message` is a sentence for people and holds nothing of a cell. */
export class MalformedWorkbook extends Error {
  override readonly name = "MalformedWorkbook";
}

/** A workbook that would not fit into memory. */
export class OversizedWorkbook extends Error {
  override readonly name = "OversizedWorkbook";
}
