/** Whole numbers from 0 to `count` − 1 that only a seed decides: the same words give the same, on every machine. */
export type Draw = (count: number) => number;

/** FNV-1a over the words, then mulberry32. */
export function drawFrom(...words: readonly (string | number)[]): Draw {
  let state = 0x811c9dc5;
  for (const char of words.join("\u0000")) state = Math.imul(state ^ char.codePointAt(0)!, 0x01000193);
  return (count) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * count);
  };
}
