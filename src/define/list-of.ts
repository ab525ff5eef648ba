/** What an author gave as a list, place by place: a hole in it is `undefined`, and what is no list is an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? Array.from(value) : [];
}
