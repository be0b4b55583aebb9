const MS_PER = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a number with `s`, `m`, `h` or `d`, as the schemas let it be written: `90m`. Pure. */
export function parseDuration(text: string): number {
  const unit = text.slice(-1);
  const per = unit === "s" || unit === "m" || unit === "h" ? MS_PER[unit] : MS_PER.d;
  return Number(text.slice(0, -1)) * per;
}
