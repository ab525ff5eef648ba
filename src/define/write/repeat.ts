import type { LoopNode, MapNode } from "../../plan/index.ts";
import type { NodeRecord } from "../record.ts";
import { toExpr } from "../to-expr.ts";
import { failure, order } from "./policies.ts";
import { type At, oneOfWords, schemaOf, type Writing, wholeNumber } from "./writing.ts";

const MOST_ITEMS = 100_000;
const MOST_TURNS = 10_000;

/** The plan of a map. */
export function writeMap(record: NodeRecord, name: string, at: At, writing: Writing): MapNode {
  const { options } = record;
  const maxItems = wholeNumber(options.maxItems, "maxItems", MOST_ITEMS, at, writing);
  const concurrency =
    options.concurrency === undefined
      ? undefined
      : wholeNumber(options.concurrency, "concurrency", MOST_ITEMS, at, writing);
  const known = ["fail", "collect"] as const;
  return {
    kind: "map",
    over: toExpr(options.over, at("over"), writing),
    maxItems,
    ...(concurrency === undefined ? {} : { concurrency }),
    onItemError: oneOfWords(options.onItemError, "onItemError", known, at, writing) ?? "fail",
    ...failure(record, at, writing),
    ...order(record, at, writing),
    body: writing.writeMapBody(record, name),
  };
}

/** The plan of a loop. */
export function writeLoop(record: NodeRecord, name: string, at: At, writing: Writing): LoopNode {
  const { options } = record;
  const where = `the state of ${at().reader}`;
  const state = schemaOf(options.state, "output", { option: "state", where, place: at("state") }, writing);
  const onMax = oneOfWords(options.onMax, "onMax", ["fail", "last"], at, writing);
  return {
    kind: "loop",
    start: toExpr(options.start, at("start"), writing),
    max: wholeNumber(options.max, "max", MOST_TURNS, at, writing),
    ...writing.writeLoopBody(record, name),
    ...(onMax === "last" ? { onMax } : {}),
    ...(state.json ? { state: state.json } : {}),
    code: writing.book.addCheck(state.check),
    ...failure(record, at, writing),
    ...order(record, at, writing),
  };
}
