import type { Store } from "../../store/store.ts";
import type { ModelRegister } from "./model-register.ts";

/** The register of one engine, read from the store when something first asks for it: most runs ask no model. */
export function registerOf(store: Pick<Store, "models">): () => Promise<ModelRegister> {
  let opening: Promise<ModelRegister> | undefined;
  return () => {
    opening ??= import("./model-register.ts").then(({ ModelRegister }) => ModelRegister.open(store.models));
    // What could not be read is tried again.
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };
}
