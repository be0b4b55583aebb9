/** A file that configuration names: where it is, and how messages name it (relative to the configuration folder). */
export type NamedFile = { readonly path: string; readonly shownAs: string };
