/** What stands above a Markdown text, and the text; or in `problem` why it cannot be read, with the line. */
export type FrontMatter =
  | { readonly fields: Record<string, unknown>; readonly body: string }
  | { readonly problem: string };

type Scalar = string | number | boolean | null;

const FENCE = /^---[ \t]*$/;
const FIELD = /^([A-Za-z_][\w.-]*)[ \t]*:(?:[ \t]+(.*))?$/;
const ITEM = /^[ \t]*-(?:[ \t]+(.*))?$/;

/**
 * Reads the fields between two lines of `---` at the beginning of a text. Of YAML it knows what such fields are made of:
 * texts with and without quotes, numbers, `true`, `false`, `null`, `[a, b]`, lists of `- item` and comments. Anything
 * else is a problem, never a guess. A text without front matter has no fields.
 */
export function readFrontMatter(text: string): FrontMatter {
  const lines = text.split(/\r?\n/);
  if (!FENCE.test(lines[0]!)) return { fields: {}, body: text };
  const end = lines.findIndex((line, i) => i > 0 && FENCE.test(line));
  if (end < 0) return { problem: "its front matter begins with --- and has no end" };
  const fields: Record<string, unknown> = {};
  let list: Scalar[] | undefined;
  for (let i = 1; i < end; i++) {
    const problem = (what: string) => ({ problem: `line ${i + 1} of its front matter ${what}` });
    const line = lines[i]!;
    if (/^[ \t]*(?:#.*)?$/.test(line)) continue;
    const item = ITEM.exec(line);
    if (item && list) {
      const value = toScalar(item[1] ?? "");
      if (value === undefined) return problem(`is none of the values that are read: ${item[1]}`);
      list.push(value);
      continue;
    }
    const [, key, rest = ""] = FIELD.exec(line) ?? [];
    if (key === undefined) return problem(`is neither "key: value" nor an item of a list: ${line.trim()}`);
    if (Object.hasOwn(fields, key)) return problem(`has "${key}" a second time`);
    list = isEmpty(rest) && ITEM.test(nextLine(lines, i, end)) ? [] : undefined;
    const value = list ?? toValue(rest);
    if (value === undefined) return problem(`is none of the values that are read: ${rest}`);
    Object.defineProperty(fields, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return { fields, body: lines.slice(end + 1).join("\n") };
}

function isEmpty(text: string): boolean {
  return /^(?:#.*)?$/.test(text.trim());
}

/** The next line that says something. */
function nextLine(lines: readonly string[], after: number, end: number): string {
  return lines.slice(after + 1, end).find((line) => !/^[ \t]*(?:#.*)?$/.test(line)) ?? "";
}

function toValue(text: string): Scalar | Scalar[] | undefined {
  const list = /^\[(.*)\][ \t]*(?:#.*)?$/.exec(text.trim());
  if (!list) return toScalar(text);
  const items = itemsOf(list[1]!.trim());
  const values = items?.map(toScalar);
  return values === undefined || values.includes(undefined) ? undefined : (values as Scalar[]);
}

const FLOW_ITEM = /[ \t]*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,"'[\]][^,]*?)[ \t]*(?:,|$)/y;

/** The items between the brackets of a list; `undefined` where one cannot be told from the next. */
function itemsOf(text: string): string[] | undefined {
  const items: string[] = [];
  FLOW_ITEM.lastIndex = 0;
  while (FLOW_ITEM.lastIndex < text.length) {
    const item = FLOW_ITEM.exec(text);
    if (!item) return undefined;
    items.push(item[1]!);
  }
  return items;
}

/** `undefined` for what this does not read: blocks, maps, anchors, tags. */
function toScalar(text: string): Scalar | undefined {
  const trimmed = text.trim();
  const quoted = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ \t]*(?:#.*)?$/.exec(trimmed)?.[1];
  if (quoted?.startsWith("'")) return quoted.slice(1, -1).replaceAll("''", "'");
  if (quoted !== undefined) return fromJson(quoted);
  const plain = trimmed.replace(/(?:^|[ \t]+)#.*$/, "");
  if (plain === "" || plain === "null" || plain === "~") return null;
  if (plain === "true" || plain === "false") return plain === "true";
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(plain)) return Number(plain);
  return /^[|>[\]{}&*!%@`"']|: |:$/.test(plain) ? undefined : plain;
}

function fromJson(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}
