/**
 * What compiles a workspace, loaded together and only when something has to be compiled: a third of all code, which a
 * start that is answered from the cache would pay for with 5 ms. A build makes it a file of its own.
 */
export { checkWorkspace } from "./check-workspace.ts";
export { run as deploy } from "./commands/deploy.ts";
export { run as diff } from "./commands/diff.ts";
export { run as drift } from "./commands/drift.ts";
export { run as forecast } from "./commands/forecast.ts";
export { run as graph } from "./commands/graph.ts";
export { run as models } from "./commands/models.ts";
export { run as modelsCompare } from "./commands/models-compare.ts";
export { list as modelsFlags, set as modelsFlag, unset as modelsUnflag } from "./commands/models-flag.ts";
export { run as modelsTest } from "./commands/models-test.ts";
export { run as plan } from "./commands/plan.ts";
export { run as suggest } from "./commands/suggest.ts";
export { compileScore, compileSettings } from "./compile-score.ts";
export { countDefinitions } from "./count-definitions.ts";
export { offeredScores } from "./mcp/offered-scores.ts";
export { fixAndTell } from "./print-fixes.ts";
export { watchWorkspace } from "./watch-workspace.ts";
