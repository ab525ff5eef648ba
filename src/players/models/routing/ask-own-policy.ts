import type { AskPolicy } from "../model-settings.ts";
import type { OwnOrder } from "./decide-route.ts";
import { PATIENCE_MS } from "./patience.ts";

/** Asks a policy of the author's own. Never throws: what is no order of the candidates is told in words. */
export async function askOwnPolicy(order: AskPolicy, asked: Parameters<AskPolicy>[0]): Promise<OwnOrder> {
  let cancel: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      cancel = setTimeout(() => reject(new Error(`it gave nothing within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    });
    // What it is given is its own: it cannot change what is decided from.
    const given = await Promise.race([order(structuredClone(asked)), late]);
    return ordered(
      given,
      asked.candidates.map(({ model }) => model),
    );
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(cancel);
  }
}

function ordered(given: unknown, known: readonly string[]): OwnOrder {
  if (!Array.isArray(given)) return { problem: "it gave no list of models" };
  if (given.length === 0) return { problem: "it gave an empty list" };
  const stranger = given.find((name) => !known.includes(name as string));
  if (stranger !== undefined)
    return { problem: `it gave ${JSON.stringify(stranger) ?? typeof stranger}, which is none of them` };
  if (new Set(given).size < given.length) return { problem: "it gave a model twice" };
  return { models: given as string[] };
}
