import { type Code, catalogue } from "./catalogue.ts";
import type { Entry, Severity } from "./entry.ts";

/** Codes of authors' mistakes, those that `maestro validate` finds. */
export type AuthorCode = Extract<Code, `MS${string}`>;

/** How the findings of one code are treated: as what they count, or not at all. */
export type Setting = Severity | "off";

const SETTINGS: readonly Setting[] = ["off", "info", "warning", "error"];

export function authorCodes(): readonly AuthorCode[] {
  return Object.keys(catalogue).filter(isAuthorCode);
}

export function isAuthorCode(text: string): text is AuthorCode {
  return text.startsWith("MS") && Object.hasOwn(catalogue, text);
}

/** Why the findings of `code` cannot be treated as `setting` says; `undefined` when they can. */
export function whyNotSettable(code: AuthorCode, setting: unknown): string | undefined {
  if (!SETTINGS.includes(setting as Setting)) return 'it is "off", "info", "warning" or "error"';
  const { isFatal } = catalogue[code] as Entry<never>;
  return isFatal && setting !== "error"
    ? "it is always an error, since nothing could be played as it is written"
    : undefined;
}
