import { test } from "@fast-check/vitest";
import { edits, followEdits } from "./random-edits.ts";

// The same each time; many others are made in test/long.
test.prop([edits(4)], { numRuns: 3, seed: 1 })(
  "whatever is edited, broken, renamed or deleted, what stays compiled is what compiling it anew gives",
  followEdits,
);
