declare const MAESTRO_VERSION: string | undefined;

/** This package's version; the build puts it in. */
export const version = typeof MAESTRO_VERSION === "string" ? MAESTRO_VERSION : "0.0.0-source";
