/** How many migrations this build knows: the `user_version` of every store that it opens. */
export const SCHEMA_VERSION = 19;

/** The `application_id` of a Maestro store: "MAES" in ASCII. */
export const APPLICATION_ID = 0x4d_41_45_53;
