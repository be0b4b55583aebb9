/*
 * What an answer of a directory may cost. The figures are far above what a directory of a large organisation sends, and
 * far below what a machine lacks.
 */

/** Bytes of one message: a group of 1,000,000 members takes about 100 MB. */
export const LARGEST_MESSAGE = 128 * 1024 * 1024;
/** Entries of one search. */
export const MOST_ENTRIES = 5_000_000;
/** Attributes of one entry, and values of one attribute. */
export const MOST_ATTRIBUTES = 1_000;
export const MOST_VALUES = 2_000_000;
/** Search references and referrals of one search, each time that one is sent, and the bytes of one. */
export const MOST_REFERENCES = 10_000;
export const LARGEST_URL = 8 * 1024;
/** Some directories send a page without entries now and then; none has a reason to send so many in a row. */
export const MOST_EMPTY_PAGES = 1_000;
/** A request, which asks for a page at most, ends within so many times the time that an answer may take to begin. */
export const WHOLE_TIMES = 20;
/** A message that has not come whole counts as a sign of life each time that so many bytes more of it have come. */
export const PROGRESS_BYTES = 64 * 1024;
