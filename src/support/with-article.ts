/** `an agent`, `a task`; `isFirst` begins a sentence. Names that our kinds do not have, such as `hour`, are not known. */
export function withArticle(noun: string, isFirst = false): string {
  const [an, a] = isFirst ? ["An", "A"] : ["an", "a"];
  return `${/^[aeiou]/i.test(noun) ? an : a} ${noun}`;
}
