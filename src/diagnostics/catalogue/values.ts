import { entry, listed } from "../entry.ts";

/** MS21xx and MS30xx: values, schemas and options that could never work. */
export const values = {
  MS2101: entry<{
    what: string;
    takes: string;
    given: string;
    is: string;
    isCompared?: boolean /** The conversion that would do it. */;
    conversion?: string | undefined;
  }>({
    name: "type-mismatch",
    severity: "error",
    why: "The schemas of the two sides have no value in common, so the step fails each time it is played. TypeScript says so too, unless an `any` or a cast keeps it from looking.",
    message: ({ what, takes, given, is, isCompared }) =>
      isCompared
        ? `${what} is the same in every run: \`${given}\` is ${is}, and it is compared with ${takes}.`
        : `\`${what}\` takes ${takes}, but \`${given}\` is ${is}.`,
    hint: ({ isCompared, conversion }) =>
      isCompared
        ? "compare it with a value that it can have"
        : conversion !== undefined
          ? `convert it: ${conversion}`
          : "pass a value that fits, or make one with derive([…], (value) => …)",
  }),
  MS2102: entry<{
    field: string;
    of: string;
    /** The way to the object that lacks it, from the whole value: `leads[].mail`. Empty for the value itself. */
    path: string;
    known: readonly string[];
    guess: string | undefined;
  }>({
    name: "unknown-field",
    severity: "error",
    why: "The field is not part of the schema, so it would be missing in every run.",
    message: ({ field, of, path, known }) =>
      `"${field}" does not exist on ${path === "" ? "" : `\`${path}\` in `}${of} (it has: ${known.join(", ") || "no fields"}).`,
    hint: ({ guess }) => (guess === undefined ? undefined : `did you mean "${guess}"?`),
  }),
  MS2103: entry<{ what: string; found: string; wants: string }>({
    name: "literal-violates-schema",
    severity: "error",
    why: "The value stands in the source, so it is wrong in every run: the step would be refused before it begins.",
    message: ({ what, found, wants }) => `\`${what}\` is ${found}: ${wants}.`,
  }),
  MS2104: entry<{ what: string; fields: readonly string[]; given: string | undefined }>({
    name: "required-input-missing",
    severity: "error",
    why: "The schema asks for a value that nothing gives, so the step would be refused before it begins.",
    message: ({ what, fields, given }) =>
      `\`${what}\` lacks ${listed(fields)}${given === undefined ? "" : `: \`${given}\` does not have ${fields.length === 1 ? "it" : "them"}`}.`,
    hint: ({ fields: [first] }) =>
      `add \`${first}\`, or let its schema do without it: .optional() or .default(…)`,
  }),
  MS2105: entry<{ what: string; given: string; isNull: boolean }>({
    name: "optional-into-required",
    severity: "error",
    why: "The schema of the one side lets the value be missing, and the schema of the other does not do without it.",
    message: ({ what, given, isNull }) =>
      `\`${what}\` is required, but \`${given}\` may be ${isNull ? "null" : "missing"}.`,
    hint: ({ isNull }) =>
      isNull ? "say what holds then: derive([…], (value) => value ?? …)" : "say what holds then: oneOf(…, …)",
  }),
  MS2106: entry<{ what: string; takes: string; given: string; is: string }>({
    name: "may-fail-at-run-time",
    severity: "warning",
    why: "Some of the values that the one schema allows are refused by the other. Whether the step fails is decided only by the run.",
    message: ({ what, takes, given, is }) => `\`${what}\` takes ${takes}, but \`${given}\` is ${is}.`,
    hint: () => "let the schema that gives it say the same, or check it in a task before",
  }),
  MS2108: entry<{ what: string }>({
    name: "shapeless-output",
    severity: "warning",
    why: "A schema that allows anything checks nothing: what is wrong with the value shows where it is used, or not at all.",
    message: ({ what }) => `The schema of ${what} allows anything, so nothing about it is checked.`,
    hint: () => "say which fields are read, as in z.object({ … }); others are left out",
  }),
  MS2107: entry<{ where: string; found: string }>({
    name: "not-serialisable",
    severity: "error",
    isFatal: true,
    why: "Inputs are stored as JSON, so that a run can go on after a crash.",
    message: ({ where, found }) => `${where} holds ${found}, which JSON cannot carry.`,
    hint: ({ found }) =>
      found === "a node"
        ? "read its `output`, or a field of that"
        : "pass plain data: strings, finite numbers, booleans, null, arrays and plain objects",
  }),
  MS2109: entry<{ where: string; detail: string }>({
    name: "schema-not-json",
    severity: "error",
    why: "What passes between nodes is stored as JSON. A schema for something else (Map, Date, bigint, function) describes a value that would not come back as it was.",
    message: ({ where, detail }) => `The schema of ${where} cannot be JSON: ${detail}.`,
    hint: () =>
      "use a JSON type: an ISO string for a date, an array of pairs for a map, a string for a bigint",
  }),
  MS3004: entry<{ node: string; problem: string }>({
    name: "fallback-does-not-fit",
    severity: "error",
    why: "What stands in for a node's output is read as if it were that output. A fallback that does not fit would fail when it is needed most.",
    message: ({ node, problem }) => `What stands in for the output of "${node}" does not fit: ${problem}.`,
    hint: () => "give what the output schema describes",
  }),
  MS3001: entry<{ what: string; found: string; reason: string }>({
    name: "invalid-option",
    severity: "error",
    isFatal: true,
    why: "The option has a value that could never work.",
    message: ({ what, found, reason }) =>
      `${what} is ${found === "undefined" ? "missing" : found}: ${reason}.`,
  }),
};
