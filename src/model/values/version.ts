declare const ZIVSYNC_VERSION: string;

/** The version of this zivsync, put in by the build. */
export const VERSION: string = typeof ZIVSYNC_VERSION === "string" ? ZIVSYNC_VERSION : "0.0.0-source";
