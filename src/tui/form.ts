import type { JsonSchema } from "../plan/index.ts";

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
  return { title, fields: isWhole ? [whole] : fields, at: 0, problem: undefined };
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

export function moveInForm(form: Form, by: number): Form {
  const count = Math.max(1, form.fields.length);
  return { ...form, at: (form.at + by + count) % count };
}

/** Types `text` into the field that is selected; of a choice, goes to the next. */
export function typeInForm(form: Form, text: string): Form {
  return changeField(form, (field) => {
    if (field.kind === "boolean") return text === " " ? nextOf(field, ["true", "false"]) : field.text;
    if (field.kind === "choice") return text === " " ? nextOf(field, field.choices.map(toText)) : field.text;
    return field.text + text;
  });
}

export function eraseInForm(form: Form): Form {
  return changeField(form, ({ kind, text }) =>
    kind === "boolean" || kind === "choice" ? "" : [...text].slice(0, -1).join(""),
  );
}

function nextOf({ text }: Field, all: readonly string[]): string {
  return all[(all.indexOf(text) + 1) % all.length] ?? "";
}

function changeField(form: Form, change: (field: Field) => string): Form {
  const fields = form.fields.map((field, i) => (i === form.at ? { ...field, text: change(field) } : field));
  return { ...form, fields, problem: undefined };
}

/** What the form says, or the form with what is wrong and the field that is wrong selected. */
export function readForm(form: Form): { readonly value: unknown } | { readonly form: Form } {
  const value: Record<string, unknown> = {};
  for (const [at, field] of form.fields.entries()) {
    const read = readField(field);
    if ("problem" in read) return { form: { ...form, at, problem: read.problem } };
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
