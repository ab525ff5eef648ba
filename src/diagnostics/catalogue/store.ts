import { entry } from "../entry.ts";

/** MR1xxx: the store cannot be opened, owned or written. */
export const store = {
  MR1001: entry<{ file: string }>({
    name: "store-is-directory",
    severity: "error",
    why: "The store is one libSQL file; the path names a directory.",
    message: ({ file }) => `The store ${file} is a directory, not a file.`,
    hint: () => 'name a file in maestro.config.ts: store: { file: ".maestro/maestro.db" }',
  }),
  MR1002: entry<{ file: string; reason: string; inTheWay?: string }>({
    name: "store-unreadable",
    severity: "error",
    why: "The store, a file beside it or the folder it is to be made in cannot be read, or something else stands there.",
    message: ({ file, reason }) => `The store ${file} cannot be opened: ${reason}.`,
    hint: ({ inTheWay }) =>
      inTheWay === undefined
        ? "give this user read and write rights to the file and its folder"
        : `move ${inTheWay} away; in the place of a link put the file that it leads to, if there is one`,
  }),
  MR1003: entry<{ file: string; found: string }>({
    name: "store-foreign",
    severity: "error",
    why: "The file belongs to another program. Maestro writes only into files it made itself.",
    message: ({ file, found }) => `${file} is not a Maestro store: it is ${found}.`,
    hint: () => "name another file in maestro.config.ts under store.file; this one was not changed",
  }),
  MR1004: entry<{ file: string; detail: string }>({
    name: "store-corrupt",
    severity: "error",
    why: "The file fails SQLite's own integrity check: playing on could lose more.",
    message: ({ file, detail }) => `The store ${file} is damaged: ${detail}.`,
    hint: ({ file }) =>
      `restore a backup over ${file} and remove ${file}-wal, or move both away to begin a new one; nothing was changed`,
  }),
  MR1005: entry<{ file: string; found: number; known: number }>({
    name: "store-newer",
    severity: "error",
    why: "A newer Maestro has migrated this store. An older one would not understand its rows.",
    message: ({ file, found, known }) =>
      `The store ${file} has schema ${found}, and this Maestro knows schemas up to ${known}.`,
    hint: () => "update the maestro-ts package; the store was not changed",
  }),
  MR1006: entry<{ file: string }>({
    name: "store-read-only",
    severity: "error",
    why: "Every run writes its journal; without that nothing could be resumed.",
    message: ({ file }) => `The store ${file} cannot be written by this user.`,
    hint: ({ file }) => `give this user write rights to ${file} and its folder`,
  }),
  MR1007: entry<{ file: string; isOwn: boolean; pid?: number; command?: string }>({
    name: "store-owned",
    severity: "error",
    why: "One process owns a store at a time: two writers could lose rows.",
    message: ({ file, isOwn, pid, command }) =>
      isOwn
        ? `This program has the store ${file} open already.`
        : `The store ${file} is owned by another process${pid === undefined ? "" : ` (pid ${pid}${command ? `, ${command}` : ""})`}.`,
    hint: ({ isOwn }) =>
      isOwn
        ? "open it once for the whole program, or await its close() before it is opened again"
        : "wait until it ends, or end it; its runs can then be resumed",
  }),
  MR1008: entry<{ file: string }>({
    name: "store-disk-full",
    severity: "error",
    why: "A step counts only once it is written, so a full disk stops the run; what was written stays.",
    message: ({ file }) => `The disk of the store ${file} is full.`,
    hint: () => "free some space, then go on with: maestro resume, or maestro start",
  }),
  MR1009: entry<{ file: string; reason: string }>({
    name: "store-write-failed",
    severity: "error",
    why: "A step counts only once it is written, so a store that cannot be written stops the run; what was written stays.",
    message: ({ file, reason }) => `Writing to the store ${file} failed: ${reason}.`,
    hint: () => "look at the disk and the file's rights, then go on with: maestro resume, or maestro start",
  }),
  MR1010: entry<{ file: string; reason: string }>({
    name: "store-read-failed",
    severity: "error",
    why: "What the store holds decides what happens next, so a store that cannot be read stops the command.",
    message: ({ file, reason }) => `Reading from the store ${file} failed: ${reason}.`,
    hint: () => "look at the disk and the file's rights, then try again",
  }),
  MR1012: entry<{ path: string; found: string }>({
    name: "control-in-the-way",
    severity: "warning",
    why: "Other commands reach a run that is being played through a socket beside the store. Without it they wait until the run has ended.",
    message: ({ path, found }) => `Other commands cannot reach this run: ${path} cannot be used: ${found}.`,
    hint: ({ path }) => `remove ${path}, when you know that nobody needs it`,
  }),
  MR1011: entry<{ folder: string; reason: string }>({
    name: "code-not-kept",
    severity: "error",
    why: "The code of a score is written down before it is played, so that a run can go on with it after an edit.",
    message: ({ folder, reason }) => `The code of the score cannot be written to ${folder}: ${reason}.`,
    hint: () => "give this user write rights to the workspace's folder .maestro, which has to be a folder",
  }),
  MR1017: entry<{ file: string; missing: string }>({
    name: "store-moved",
    severity: "error",
    why: "A file that is removed or replaced while it is open goes on taking writes that nobody will ever read. It is looked at once a second, and at the end.",
    message: ({ file, missing }) =>
      `${missing} was removed or replaced while Maestro was using the store ${file}; what was done in the last second may be lost.`,
    hint: () => "leave the store's files alone while Maestro uses them; see what is there with: maestro runs",
  }),
  MR1016: entry<{ what: string; detail: string }>({
    name: "stored-value-damaged",
    severity: "error",
    why: "A value that was written as JSON is none any more: something changed the store's file in a way that SQLite's own check does not see.",
    message: ({ what, detail }) => `What the store holds of ${what} is damaged: ${detail}.`,
    hint: () => "restore a backup of the store, or begin the run anew",
  }),
};
