import type { LearningStore } from "../store/learning-store.ts";

/**
 * Looks whether searches find what has been learnt, and makes the index anew when they would not. The learnings themselves
 * are in a table of their own: none is lost.
 * @param onProgress how many of how many are done, some hundreds at a time
 * @returns whether it was damaged
 */
export async function mendLearnings(
  store: LearningStore,
  onProgress: (done: number, total: number) => void,
): Promise<boolean> {
  if (await store.isIndexSound()) return false;
  await store.rebuildIndex(onProgress);
  return true;
}
