/** What programs need to find other programs, their folders and their language. Nothing here is a secret. */
const PASSED_ON = [
  "PATH",
  "HOME",
  "USERPROFILE",
  "TMPDIR",
  "TEMP",
  "TMP",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "TZ",
  "SystemRoot",
  "SYSTEMROOT",
  "APPDATA",
  "LOCALAPPDATA",
];

/**
 * The environment of a process that runs an author's code: a list of what is passed on, for the rest may be secret.
 * @param more variables beside those
 */
export function childEnvironment(more: readonly string[] = []): NodeJS.ProcessEnv {
  return Object.fromEntries(
    [...PASSED_ON, ...more].flatMap((name) =>
      process.env[name] === undefined ? [] : [[name, process.env[name]]],
    ),
  ) as NodeJS.ProcessEnv;
}
