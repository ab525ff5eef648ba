import type { Check, JsonSchema } from "../../../plan/index.ts";

/** Something that a model is asked to answer with JSON of a certain shape. */
export interface Exercise {
  readonly name: string;
  readonly instructions: string;
  readonly input: unknown;
  readonly schema: JsonSchema;
  readonly check: Check;
}

const text: JsonSchema = { type: "string" };
const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

/** Fits what `is` says of it; what is wrong is told to the model as it is to those of agents. */
function fitting(is: (value: never) => string | undefined): Check {
  return (value) => {
    let detail: string | undefined;
    try {
      detail = is(value as never);
    } catch {
      detail = "it is no such object";
    }
    return detail === undefined ? { value } : { problems: [{ path: "", detail, type: typeof value }] };
  };
}

interface Product {
  readonly name: unknown;
  readonly pieces: unknown;
  readonly isSold: unknown;
}

const isProduct = ({ name, pieces, isSold, ...more }: Product): string | undefined => {
  if (typeof name !== "string") return "name has to be a string";
  if (!Number.isInteger(pieces)) return "pieces has to be an integer";
  if (typeof isSold !== "boolean") return "isSold has to be a boolean";
  return Object.keys(more).length > 0 ? `${Object.keys(more)[0]} is no field of it` : undefined;
};
const product = object({ name: text, pieces: { type: "integer" }, isSold: { type: "boolean" } });
const INSTRUCTIONS = "You read a text and say what stands in it, as JSON of the form that you are given.";

/** What agents ask for most: flat, nested, of few values, and lists. */
export const EXERCISES: readonly Exercise[] = [
  {
    name: "an object",
    instructions: INSTRUCTIONS,
    input: { text: "We have 12 blue lamps in stock, and they are for sale." },
    schema: product,
    check: fitting(isProduct),
  },
  {
    name: "a list of objects",
    instructions: INSTRUCTIONS,
    input: { text: "There are 3 chairs, sold, and 7 tables, not for sale." },
    schema: object({ products: { type: "array", items: product } }),
    check: fitting(({ products }: { products: readonly Product[] }) =>
      Array.isArray(products)
        ? products.map((one) => isProduct(one)).find((problem) => problem !== undefined)
        : "products has to be an array",
    ),
  },
  {
    name: "one of several words, or null",
    instructions: INSTRUCTIONS,
    input: { text: "The parcel has been lost on its way, and nobody has said when it was sent." },
    schema: object({
      state: { type: "string", enum: ["sent", "delivered", "lost"] },
      sentOn: { anyOf: [text, { type: "null" }] },
    }),
    check: fitting(({ state, sentOn }: { state: unknown; sentOn: unknown }) => {
      if (state !== "sent" && state !== "delivered" && state !== "lost")
        return "state has to be one of sent, delivered, lost";
      return sentOn === null || typeof sentOn === "string" ? undefined : "sentOn has to be a string or null";
    }),
  },
  {
    name: "numbers in an object within an object",
    instructions: INSTRUCTIONS,
    input: { text: "It was 21.5, 19 and 23.25 degrees on the three days, in Oslo." },
    schema: object({
      place: text,
      weather: object({ degrees: { type: "array", items: { type: "number" } } }),
    }),
    check: fitting(({ place, weather: { degrees } }: { place: unknown; weather: { degrees: unknown } }) => {
      if (typeof place !== "string") return "place has to be a string";
      const isList = Array.isArray(degrees) && degrees.every((one) => typeof one === "number");
      return isList ? undefined : "weather.degrees has to be an array of numbers";
    }),
  },
];

/** Codes that a tool knows the words of, and nobody else. */
export const CODES: readonly (readonly [code: string, word: string])[] = [
  ["K-4471", "heron"],
  ["Z-0926", "plinth"],
  ["T-7305", "saffron"],
];
