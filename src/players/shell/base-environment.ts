/** What programs need to find other programs, their folders and their language. Nothing here is a secret. */
const PASSED_ON = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"] as const;

/** What every program is given of Maestro's own environment: a list of what is passed on, for the rest may be secret. */
export function baseEnvironment(): Record<string, string> {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
