/** The commands that open the store, loaded together: apart they would be a dozen small files, and slower to start. */

export { run as artifacts } from "./artifacts.ts";
export { clear as clearCache, list as listCache } from "./cache.ts";
export { run as cancel } from "./cancel.ts";
export { run as checkpoints } from "./checkpoints.ts";
export { run as costs } from "./costs.ts";
export { run as decide } from "./decide.ts";
export { run as migrate } from "./migrate.ts";
export { run as pause } from "./pause.ts";
export { run as rerun } from "./rerun.ts";
export { run as resume } from "./resume.ts";
export { run } from "./run.ts";
export { run as runs } from "./runs.ts";
export { run as showRun } from "./runs-show.ts";
