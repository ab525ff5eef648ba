const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;
const LONGEST = 64;

/** Why `name` can be neither an id nor a node's key, as a clause; `undefined` when it can. */
export function whyNoName(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name.length > LONGEST) return `it is longer than ${LONGEST} characters`;
  if (NAME.test(name)) return undefined;
  const [wrong] = /[^A-Za-z0-9_-]/u.exec(name) ?? [];
  return wrong === undefined ? `it begins with "${name[0]}"` : `it has ${JSON.stringify(wrong)} in it`;
}
