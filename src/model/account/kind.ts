/** A personal account is one person's (SCIM User); a functional one is shared by its members (SCIM Group). */
export type Kind = "personal" | "functional";
export const KINDS: readonly Kind[] = ["personal", "functional"];
