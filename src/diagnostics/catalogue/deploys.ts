import { didYouMean, entry, listed } from "../entry.ts";

/** MR206x: what is deployed, and what operators decide about it. */
export const deploys = {
  MR2060: entry<Record<never, never>>({
    name: "deploy-outdated",
    severity: "error",
    why: "A deploy does what was shown to whoever agreed to it. Somebody has deployed, or decided something about an orchestra, since then.",
    message: () => "What is deployed has changed since this plan was made; nothing was done.",
    hint: () => "look at it again: maestro plan",
  }),
  MR2061: entry<{
    orchestra: string;
    known: readonly string[];
    guess: string | undefined;
    destroyed: boolean;
  }>({
    name: "unknown-orchestra",
    severity: "error",
    why: "Orchestras are known when they have been deployed. One that was destroyed keeps its history, and can be shown.",
    message: ({ orchestra, known, destroyed }) =>
      destroyed
        ? `Orchestra "${orchestra}" is destroyed: no file defines it any more.`
        : `There is no orchestra "${orchestra}"${known.length > 0 ? ` (there ${known.length === 1 ? "is" : "are"}: ${listed(known)})` : ""}.`,
    hint: ({ guess, known }) =>
      didYouMean(guess) ?? (known.length === 0 ? "deploy the workspace: maestro deploy" : undefined),
  }),
  MR2062: entry<{ errors: number }>({
    name: "deploy-refused",
    severity: "error",
    why: "A workspace with errors is not deployed, and neither is a change that would break runs which are to go on with it.",
    message: ({ errors }) =>
      `${errors === 1 ? "An error stands" : `${errors} errors stand`} against the deploy; nothing was done.`,
  }),
  MR2063: entry<{ detail: string }>({
    name: "draft-unreadable",
    severity: "error",
    why: "What is to be deployed lies in files under .maestro/, from which the process that owns the store takes it. They were changed or deleted meanwhile.",
    message: ({ detail }) => `What is to be deployed cannot be read: ${detail}.`,
    hint: () => "begin again: maestro deploy",
  }),
  MR1020: entry<{ format: number; known: number }>({
    name: "owner-too-old",
    severity: "error",
    why: "What a newer Maestro has compiled an older one would play wrongly or not at all. The process that owns the store was begun before the update.",
    message: ({ format, known }) =>
      `The process that owns the store is an older Maestro: it knows plans up to format ${known}, and these have ${format}.`,
    hint: () => "let the new version own it: maestro restart",
  }),
  MR2064: entry<{ field: string; value: string; reason: string; guess: string | undefined }>({
    name: "override-invalid",
    severity: "error",
    why: "What an operator decides holds until it is taken back, so it is checked as what files say is.",
    message: ({ field, value, reason }) =>
      `${JSON.stringify(value)} cannot be the ${field} of an orchestra: ${reason}.`,
    hint: ({ guess }) => didYouMean(guess),
  }),
  MR2065: entry<{ field: string; known: readonly string[]; guess: string | undefined }>({
    name: "not-settable",
    severity: "error",
    why: "Operators decide about what can be changed without new code: how an orchestra is called and when it plays. The rest stands in its file.",
    message: ({ field, known }) =>
      `Nobody can set "${field}" of an orchestra (there are: ${known.join(", ")}).`,
    hint: ({ guess }) => didYouMean(guess),
  }),
  MR2066: entry<{ orchestra: string; field: string }>({
    name: "not-overridden",
    severity: "error",
    why: "Taking back what nobody decided would look as if something had been done.",
    message: ({ orchestra, field }) =>
      field === "paused"
        ? `Orchestra "${orchestra}" is not paused.`
        : `Nobody has set the ${field} of orchestra "${orchestra}".`,
    hint: ({ orchestra }) => `see what has been set: maestro orchestras show ${orchestra}`,
  }),
  MR2067: entry<{ orchestra: string; missing: readonly { secret: string; from: string; reason: string }[] }>({
    name: "secrets-missing",
    severity: "error",
    why: "Each step that opens one of these would fail, so the run is not begun.",
    message: ({ orchestra, missing }) =>
      `Orchestra "${orchestra}" cannot play, because secrets are missing:\n${missing.map(({ secret, from, reason }) => `  ${secret} from ${from}: ${reason}`).join("\n")}`,
  }),
  MR1013: entry<{ file: string; keyFile: string; isWrong: boolean }>({
    name: "secrets-locked",
    severity: "error",
    why: "The workspace's secrets are encrypted with a key that only those have who may open them: an age identity or a passphrase, in a variable or a file.",
    message: ({ file, isWrong }) =>
      isWrong
        ? `${file} cannot be opened with the key that is here.`
        : `There is no key here to open ${file} with.`,
    hint: ({ keyFile }) => `put the key into MAESTRO_SECRETS_KEY or ${keyFile}`,
  }),
  MR1014: entry<{ file: string }>({
    name: "secrets-damaged",
    severity: "error",
    why: "The key opens the file, and what is in it was not written by `maestro secrets`.",
    message: ({ file }) => `${file} holds no secrets of Maestro.`,
    hint: () => "restore it from the repository's history",
  }),
  MR1015: entry<{ file: string }>({
    name: "key-readable",
    severity: "error",
    why: "Whoever can read the key can read every secret.",
    message: ({ file }) => `Others can read ${file}.`,
    hint: ({ file }) => `chmod 600 ${file}`,
  }),
};
