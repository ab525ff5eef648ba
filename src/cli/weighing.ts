/**
 * Commands that compile a workspace and look into its store as well, loaded together and by nothing else: whoever only compiles
 * need not read a database's code. A build makes it a file of its own.
 */
export { run as deploy } from "./commands/deploy.ts";
export { run as drift } from "./commands/drift.ts";
export { run as forecast } from "./commands/forecast.ts";
export { run as models } from "./commands/models.ts";
export { run as modelsCompare } from "./commands/models-compare.ts";
export { list as modelsFlags, set as modelsFlag, unset as modelsUnflag } from "./commands/models-flag.ts";
export { revisions as modelsRevisions } from "./commands/models-revisions.ts";
export { run as modelsTest } from "./commands/models-test.ts";
export { run as plan } from "./commands/plan.ts";
export { run as suggest } from "./commands/suggest.ts";
