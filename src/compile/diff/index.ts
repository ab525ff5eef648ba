export type { Change, SubjectDiff, WorkspaceDiff } from "./change.ts";
export { compareRefs, type Refs } from "./compare-refs.ts";
export { GitRefusal } from "./git.ts";
export { toDiffJson } from "./print/json.ts";
export { toMarkdown } from "./print/markdown.ts";
export { toText } from "./print/text.ts";
