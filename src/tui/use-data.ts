import { useEffect, useRef, useState } from "react";
import { selectedKey } from "./screens/timeline.ts";
import type { Board, Drawing, ShownRun, Source } from "./source.ts";
import type { Ui } from "./ui.ts";

export interface Data {
  readonly board: Board | undefined;
  readonly run: ShownRun | undefined;
  readonly drawing: Drawing | undefined;
  /** Why nothing newer can be read. */
  readonly problem?: string | undefined;
}

/** What is read is read at most so often, and seldomer when reading takes long. */
const LEAST_READ_MS = 100;
const READ_SHARE = 8;
/** What could not be read is asked for again. */
const AGAIN_MS = 1_000;
const NOTHING: Data = { board: undefined, run: undefined, drawing: undefined };

/** What the screen that is open shows, read again when something may be another thing. */
export function useData(source: Source, ui: Ui): Data {
  const [data, setData] = useState<Data>(NOTHING);
  const { is } = ui.place;
  const id = "id" in ui.place ? ui.place.id : "";
  const step = selectedKey(ui, data.run);
  const wanted = useRef({ place: ui.place, step });
  const wake = useRef(() => {});
  wanted.current = { place: ui.place, step };
  useEffect(() => {
    const reading = new Reading(() => readData(source, wanted.current), setData);
    wake.current = () => reading.now();
    const end = source.subscribe(() => reading.soon());
    return () => {
      end();
      reading.end();
    };
  }, [source]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another screen, and another step, shows other data
  useEffect(() => wake.current(), [is, id, step]);
  const isOf = data.run?.run.id === id || is === "score";
  return isOf ? data : { ...data, run: undefined };
}

/** Reads when it is told that something may be another thing: once for all that is told while it reads or rests. */
class Reading {
  readonly #read: () => Promise<Data>;
  readonly #show: (data: Data) => void;
  #timer: NodeJS.Timeout | undefined;
  #isReading = false;
  #isStale = false;
  #isOver = false;
  #shown = "";
  #restUntil = 0;
  #last = NOTHING;

  constructor(read: () => Promise<Data>, show: (data: Data) => void) {
    this.#read = read;
    this.#show = show;
  }

  /** What is read first, and what a key asks for. */
  now(): void {
    if (this.#isReading) this.#isStale = true;
    else void this.#go();
  }

  soon(): void {
    if (this.#isReading) this.#isStale = true;
    else this.#timer ??= setTimeout(() => void this.#go(), Math.max(0, this.#restUntil - performance.now()));
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  async #go(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isReading = true;
    this.#isStale = false;
    const startedAt = performance.now();
    const next = await this.#read().catch(
      (error: unknown): Data => ({
        ...this.#last,
        problem: error instanceof Error ? error.message : String(error),
      }),
    );
    this.#isReading = false;
    if (this.#isOver) return;
    // Nothing is drawn when nothing is another thing.
    const print = JSON.stringify(next);
    if (print !== this.#shown) this.#show(next);
    this.#shown = print;
    this.#last = { ...next, problem: undefined };
    if (next.problem !== undefined) this.#timer ??= setTimeout(() => void this.#go(), AGAIN_MS);
    const tookMs = performance.now() - startedAt;
    this.#restUntil = performance.now() + Math.max(LEAST_READ_MS, tookMs * READ_SHARE);
    if (this.#isStale) this.soon();
  }
}

interface Wanted {
  readonly place: Ui["place"];
  readonly step: string | undefined;
}

async function readData(source: Source, { place, step }: Wanted): Promise<Data> {
  const board = await source.board();
  if (place.is === "run") return { board, run: await source.run(place.id, step), drawing: undefined };
  if (place.is !== "score") return { board, run: undefined, drawing: undefined };
  const last = board.runs.find(({ score }) => score === place.id);
  const [run, drawing] = await Promise.all([
    last && source.run(last.id, undefined),
    source.drawing(place.id).catch(() => undefined),
  ]);
  return { board, run, drawing };
}
