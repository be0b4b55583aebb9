/** Text of others with everything written out that a reader could not see, so that it cannot steer a terminal. Line breaks stay. */
export function visible(text: string): string {
  return text.replace(
    /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    (point) => `\\u{${(point.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
