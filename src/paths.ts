import { fileURLToPath } from "node:url";

// Built, every program lies flat in dist/; from source, this file lies in src/.
const isBuilt = !import.meta.url.endsWith(".ts");
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The store's migrations. */
export const MIGRATIONS = at("../migrations");
/** The program in which definitions are evaluated. */
export const EVALUATE = at(isBuilt ? "./evaluate.cjs" : "./compile/child/evaluate.ts");
/** The program that keeps the types of a workspace. */
export const ANSWER_TYPES = at(isBuilt ? "./answer-types.js" : "./compile/child/answer-types.ts");
/** The program in which author code is played apart. */
export const CHILD = at(isBuilt ? "./child.js" : "./services/children/inside/child.ts");
/** The program in which a configuration's own routing policies are asked. */
export const POLICY_WORKER = at(isBuilt ? "./policy-worker.js" : "./services/policies/worker.ts");
/** The mistakes and findings that `maestro explain` shows, made by the build. */
export const EXAMPLES = at(isBuilt ? "./examples.json" : "../dist/examples.json");
