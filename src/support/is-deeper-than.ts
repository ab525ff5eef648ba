/** Is JSON text nested more than `levels` deep? Looks at the text, so that nothing has to be parsed or walked through. */
export function isDeeperThan(levels: number, json: string): boolean {
  // Every level takes two brackets.
  if (json.length <= 2 * levels) return false;
  let depth = 0;
  let isString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json.charCodeAt(i);
    if (isString) {
      if (character === BACKSLASH) i++;
      else if (character === QUOTE) isString = false;
    } else if (character === QUOTE) isString = true;
    else if (character === OPEN_LIST || character === OPEN_OBJECT) {
      if (++depth > levels) return true;
    } else if (character === CLOSE_LIST || character === CLOSE_OBJECT) depth--;
  }
  return false;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_LIST, CLOSE_LIST] = [0x5b, 0x5d];
const [OPEN_OBJECT, CLOSE_OBJECT] = [0x7b, 0x7d];
