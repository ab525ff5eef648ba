import { toVisible } from "../../../support/to-visible.ts";

/** One line of text around the middle `x`. */
export function text(className: string, x: number, y: number, words: string): string {
  const named = className === "" ? "" : ` class="${className}"`;
  return `<text${named} x="${round(x)}" y="${round(y)}" text-anchor="middle">${escapeXml(words)}</text>`;
}

export function escapeXml(words: string): string {
  // Also what XML allows in no form: control characters are visible already, these are not.
  return toVisible(words)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/[\ufffe\uffff]/g, "\ufffd");
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
