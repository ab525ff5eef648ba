import { entry } from "../entry.ts";

/** MS21xx and MS30xx: values, schemas and options that could never work. */
export const values = {
  MS2102: entry<{
    field: string;
    node: string;
    /** The way to the object that lacks it, from the output: `leads[].mail`. Empty for the output itself. */
    path: string;
    known: readonly string[];
    guess: string | undefined;
  }>({
    name: "unknown-field",
    severity: "error",
    why: "The field is not part of the schema, so it would be missing in every run.",
    message: ({ field, node, path, known }) =>
      `"${field}" does not exist on ${path === "" ? "" : `\`${path}\` in `}the output of "${node}" (it has: ${known.join(", ") || "no fields"}).`,
    hint: ({ guess }) => (guess === undefined ? undefined : `did you mean "${guess}"?`),
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
  MS3001: entry<{ what: string; found: string; reason: string }>({
    name: "invalid-option",
    severity: "error",
    isFatal: true,
    why: "The option has a value that could never work.",
    message: ({ what, found, reason }) =>
      `${what} is ${found === "undefined" ? "missing" : found}: ${reason}.`,
  }),
};
