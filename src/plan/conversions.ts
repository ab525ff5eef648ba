/** The conversions between shapes, by what they give: the function that their author calls. */
export const CONVERSIONS = {
  json: "asJson",
  lines: "asLines",
  text: "asText",
  frontMatter: "frontMatter",
} as const;

export type Conversion = keyof typeof CONVERSIONS;
