import type { Finding } from "../../define/finding.ts";
import type { Code, Fix } from "../../diagnostics/index.ts";
import type { Locator } from "../locate.ts";
import type { Call, Syntax } from "../syntax.ts";
import { asText } from "./as-text.ts";
import { type Change, toFix } from "./change.ts";
import { missingAgentTimeout, missingCheckpointEnd } from "./missing-timeout.ts";
import { misspeltField } from "./misspelt-field.ts";
import { unknownCase } from "./unknown-case.ts";
import { unknownOption } from "./unknown-option.ts";
import { unlistedNode } from "./unlisted-node.ts";

/** What a fix is made from. */
export interface Fixing<C extends Code> {
  readonly finding: Extract<Finding, { readonly code: C }>;
  /** The definition in which it was found, a path from the root. */
  readonly file: string;
  /** The call that the finding is about, and the file in which it is written. */
  readonly call: Call;
  readonly syntax: Syntax;
  readonly open: Locator["open"];
}

/** The one change that mends the finding; `undefined` when there is none, or when another could be meant. */
type FixKind<C extends Code> = (fixing: Fixing<C>) => Change | undefined;

/**
 * By code, the findings that have one right change. Those of imports have no call: `to-diagnostics.ts`; TypeScript's have
 * its words alone: `type-suggestion.ts`.
 */
const KINDS: { readonly [C in Code]?: FixKind<C> } = {
  MS2001: unlistedNode,
  MS2101: asText,
  MS2102: misspeltField,
  MS2201: unknownCase,
  MS3005: missingAgentTimeout,
  MS3006: missingCheckpointEnd,
  MS4006: unknownOption,
};

/** The fix for a finding in the definition `file`. */
export function fixFinding(finding: Finding, file: string, { open }: Pick<Locator, "open">): Fix | undefined {
  const kind = KINDS[finding.code] as FixKind<Code> | undefined;
  const [site] = finding.sites;
  const syntax = kind && site && open(site.file);
  const call = syntax?.callAt(site!);
  const change = call && kind!({ finding, file, call, syntax: syntax!, open });
  return change && toFix(change);
}
