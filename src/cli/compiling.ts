/**
 * What compiles a workspace, loaded together and only when something has to be compiled: a start that is answered from the cache
 * would pay for it with 5 ms. A build makes it a file of its own.
 */
export { checkWorkspace } from "./check-workspace.ts";
export { run as diff } from "./commands/diff.ts";
export { run as graph } from "./commands/graph.ts";
export { compileScore, compileSettings } from "./compile-score.ts";
export { countDefinitions } from "./count-definitions.ts";
export { offeredScores } from "./mcp/offered-scores.ts";
export { fixAndTell } from "./print-fixes.ts";
export { watchWorkspace } from "./watch-workspace.ts";
