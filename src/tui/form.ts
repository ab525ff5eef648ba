import type { JsonSchema } from "../plan/index.ts";
import { type Editing, edit, insert, type Typing, typingOf } from "./edit-text.ts";

/** How the value of a field is given. */
type FieldKind = "text" | "number" | "boolean" | "choice" | "json";

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly isRequired: boolean;
  readonly description: string | undefined;
  readonly choices: readonly unknown[];
  /** As it is typed; of a choice its place among them. */
  readonly text: string;
}

/** A form made from a schema. */
export interface Form {
  readonly title: string;
  readonly fields: readonly Field[];
  readonly at: number;
  /** Where something is typed in that field. */
  readonly cursor: number;
  readonly problem: string | undefined;
}

/** A form for values of `schema`; what has a default shows it. A schema that has no fields is one field of JSON. */
export function toForm(title: string, schema: JsonSchema | undefined, given: unknown = undefined): Form {
  const properties = objectOf(schema?.properties);
  const required = Array.isArray(schema?.required) ? schema.required : [];
  const values = objectOf(given);
  const fields = Object.entries(properties).map(([name, inner]) =>
    toField(name, objectOf(inner), { isRequired: required.includes(name), value: values[name] }),
  );
  const isWhole = schema !== undefined && Object.keys(properties).length === 0 && schema.type !== "object";
  const whole = toField("", schema ?? {}, { isRequired: true, value: given });
  return selectField({ title, fields: isWhole ? [whole] : fields, cursor: 0, problem: undefined }, 0);
}

function toField(
  name: string,
  schema: JsonSchema,
  { isRequired, value }: { readonly isRequired: boolean; readonly value: unknown },
): Field {
  const choices = Array.isArray(schema.enum) ? schema.enum : "const" in schema ? [schema.const] : [];
  const kind: FieldKind =
    choices.length > 0
      ? "choice"
      : schema.type === "boolean"
        ? "boolean"
        : schema.type === "string"
          ? "text"
          : schema.type === "number" || schema.type === "integer"
            ? "number"
            : "json";
  const first = value ?? schema.default;
  const description = typeof schema.description === "string" ? schema.description : undefined;
  return {
    name,
    kind,
    isRequired: isRequired && schema.default === undefined,
    description,
    choices,
    text:
      first === undefined
        ? kind === "choice" && isRequired
          ? toText(choices[0])
          : ""
        : kind === "json"
          ? JSON.stringify(first)
          : toText(first),
  };
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function selectField(form: Omit<Form, "at">, at: number): Form {
  return { ...form, at, cursor: form.fields[at]?.text.length ?? 0 };
}

export function moveInForm(form: Form, by: number): Form {
  const count = Math.max(1, form.fields.length);
  return selectField(form, (form.at + by + count) % count);
}

/** Is it typed, letter by letter? */
export function isTyped({ kind }: Field): boolean {
  return kind !== "boolean" && kind !== "choice";
}

/** Types `text` into the field that is selected; of a choice, goes to the next. */
export function typeInForm(form: Form, text: string): Form {
  return changeField(form, (field, typing) => {
    if (isTyped(field)) return insert(typing, text);
    return text === " " ? typingOf(nextOf(field, 1)) : typing;
  });
}

/** Edits the text of the field that is selected; a choice goes to the one beside it, or to none. */
export function editInForm(form: Form, how: Editing): Form {
  return changeField(form, (field, typing) => {
    if (isTyped(field)) return edit(typing, how);
    switch (how) {
      case "backspace":
      case "delete":
        return typingOf("");
      case "left":
      case "right":
        return typingOf(nextOf(field, how === "left" ? -1 : 1));
      case "home":
      case "end":
        return typing;
      default:
        return how satisfies never;
    }
  });
}

function nextOf({ kind, text, choices }: Field, by: 1 | -1): string {
  const all = kind === "boolean" ? ["true", "false"] : choices.map(toText);
  const at = all.indexOf(text);
  // Before the first choice there is none that is chosen.
  return all[at < 0 && by < 0 ? all.length - 1 : (at + by + all.length) % all.length] ?? "";
}

function changeField(form: Form, change: (field: Field, typing: Typing) => Typing): Form {
  const field = form.fields[form.at];
  if (!field) return form;
  const { text, cursor } = change(field, { text: field.text, cursor: form.cursor });
  const fields = form.fields.map((one, i) => (i === form.at ? { ...one, text } : one));
  return { ...form, fields, cursor, problem: text === field.text ? form.problem : undefined };
}

/** What the form says, or the form with what is wrong and the field that is wrong selected. */
export function readForm(form: Form): { readonly value: unknown } | { readonly form: Form } {
  const value: Record<string, unknown> = {};
  for (const [at, field] of form.fields.entries()) {
    const read = readField(field);
    if ("problem" in read) return { form: { ...selectField(form, at), problem: read.problem } };
    if (field.name === "") return { value: read.value };
    if (read.value !== undefined) value[field.name] = read.value;
  }
  return { value };
}

function readField({
  name,
  kind,
  text,
  isRequired,
  choices,
}: Field): { readonly value: unknown } | { readonly problem: string } {
  const of = name === "" ? "the value" : name;
  if (text === "") return isRequired ? { problem: `${of} is needed` } : { value: undefined };
  switch (kind) {
    case "text":
      return { value: text };
    case "number": {
      const number = Number(text);
      return Number.isFinite(number) && text.trim() !== ""
        ? { value: number }
        : { problem: `${of} has to be a number` };
    }
    case "boolean":
      return { value: text === "true" };
    case "choice":
      return { value: choices.find((one) => toText(one) === text) };
    case "json":
      try {
        return { value: JSON.parse(text) as unknown };
      } catch {
        return { problem: `${of} has to be JSON, such as ["a"] or {"b": 1}` };
      }
    default:
      return kind satisfies never;
  }
}

function objectOf(value: unknown): Record<string, never> & JsonSchema {
  return (typeof value === "object" && value !== null && !Array.isArray(value) ? value : {}) as Record<
    string,
    never
  >;
}
