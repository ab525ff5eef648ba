import { styleText } from "node:util";

const STYLES = ["bold", "dim", "red", "green", "yellow", "blue", "cyan"] as const;

export type Colors = Readonly<Record<(typeof STYLES)[number], (text: string) => string>>;

/** Colours for a terminal, or the same functions doing nothing. */
export function toColors(hasColor: boolean): Colors {
  // Whether there is a terminal has been decided; asking again would load Node's streams.
  const painter = (style: (typeof STYLES)[number]) => (text: string) =>
    hasColor ? styleText(style, text, { validateStream: false }) : text;
  return Object.fromEntries(STYLES.map((style) => [style, painter(style)])) as Colors;
}
