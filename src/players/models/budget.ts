import { MaestroError } from "../../diagnostics/index.ts";
import type { ModelCall } from "./model-call.ts";
import { type Price, toMicroUsd } from "./prices.ts";

/** What is known of a call before it is made. */
interface Asked {
  readonly model: string;
  readonly price: Price | undefined;
  readonly prompt: unknown;
  readonly maxTokens: number | undefined;
}

/** English prose has about four and JSON about three; what it costs in the end is what counts. */
const BYTES_PER_TOKEN = 3;

/** What one step may spend on models, all its calls together. */
export class Budget {
  readonly #microUsd: number;
  #spent = 0;

  constructor(microUsd: number) {
    this.#microUsd = microUsd;
  }

  /**
   * Before a call: refuses one that could cost more than is left. Of a call without \`maxTokens\` the answer is not
   * bounded; it is made while anything is left, so that spending passes the budget by one call at most.
   * @throws MaestroError MR3098 when the budget does not allow it, MR3099 when nobody has said what the model costs
   */
  reserve({ model, price, prompt, maxTokens }: Asked): void {
    if (!price) throw new MaestroError("MR3099", { model });
    const inputTokens = Math.ceil(Buffer.byteLength(JSON.stringify(prompt)) / BYTES_PER_TOKEN);
    const bound = toMicroUsd({ inputTokens, cachedTokens: 0, outputTokens: maxTokens ?? 0 }, price);
    if (this.#spent + bound <= this.#microUsd) return;
    throw new MaestroError("MR3098", { model, spent: this.#spent, bound, budget: this.#microUsd });
  }

  settle({ cost }: ModelCall): void {
    this.#spent += cost?.microUsd ?? 0;
  }
}
