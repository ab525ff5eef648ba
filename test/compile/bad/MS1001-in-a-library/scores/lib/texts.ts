export function greet(name: string): string {
  const length: string = name.length;
  return `Hello, ${nmae}, ${length}`;
}

export const settings: { readonly retries: { readonly most: number } } = { retries: { most: "three" } };
