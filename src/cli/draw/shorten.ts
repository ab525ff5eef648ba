/** `text`, cut when it is too long for a label. */
export function shorten(text: string, longest = 60): string {
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : text;
}
