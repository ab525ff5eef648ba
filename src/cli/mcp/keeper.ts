import { setTimeout as sleep } from "node:timers/promises";
import { MaestroError } from "../../diagnostics/index.ts";
import type { Play, RunEvent } from "../../engine/index.ts";
import { type House, openHouse } from "../../house.ts";
import { askOwner } from "../../services/ask-owner.ts";
import type { ControlRequest } from "../../services/control-request.ts";
import type { ControlResults, Owned } from "../../services/perform-request.ts";
import type { RunRow } from "../../store/store.ts";
import { ownedBy, reachOf } from "../at-store.ts";
import { followRun } from "../follow-run.ts";
import type { Io } from "../io.ts";
import type { KeptDeployment, loadCode } from "../load-code.ts";
import type { Settings } from "../load-workspace.ts";
import { outsideOf } from "../outside-of.ts";
import { playableOf } from "../playable-of.ts";

const POLL_MS = 100;
/** Somebody who asks often does not open the store each time. */
const LINGER_MS = 1_000;

/** How a run is begun in this process, and who is told of it, wherever it is played. */
interface Beginning {
  readonly here: (house: House) => Promise<Play>;
  readonly hear: (event: RunEvent) => void;
}

type Start = Extract<ControlRequest, { readonly op: "start" }>;

interface Keeping {
  readonly io: Io;
  readonly settings: Settings;
  readonly load: (deployment: KeptDeployment) => ReturnType<typeof loadCode>;
  /** How long another process that owns the store is waited for. */
  readonly patienceMs: number;
}

/**
 * The store for a process that lives long and needs it now and then: open while somebody uses it, and free for other
 * commands in between.
 */
export class Keeper {
  readonly #keeping: Keeping;
  #opening: Promise<House> | undefined;
  #users = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(keeping: Keeping) {
    this.#keeping = keeping;
  }

  /** Owns the store until `#letGo`, once for each time. */
  async #hold(): Promise<House> {
    clearTimeout(this.#timer);
    this.#users++;
    try {
      this.#opening ??= this.#open();
      return await this.#opening;
    } catch (error) {
      this.#users--;
      this.#opening = undefined;
      throw error;
    }
  }

  #letGo(): void {
    if (--this.#users > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#closeIdle(), LINGER_MS);
  }

  /** Asks for one thing: of the process that owns the store, which may be this one. */
  async ask<R extends ControlRequest>(request: R): Promise<ControlResults[R["op"]]> {
    const { settings, patienceMs } = this.#keeping;
    for (let waitedMs = 0; ; waitedMs += POLL_MS) {
      // Who owns the store for others answers at once; nobody has to wait for its end.
      const asked = this.#opening ? undefined : await askOwner(settings.file, request);
      if (asked) return asked.result;
      const isLast = waitedMs >= patienceMs;
      const house = await this.#tryHold(isLast);
      if (house) {
        try {
          const { performRequest } = await import("../../services/perform-request.ts");
          return await performRequest(this.#ownedBy(house), request);
        } finally {
          this.#letGo();
        }
      }
      await sleep(POLL_MS);
    }
  }

  /**
   * Begins a run where the store is: in another process that plays what others ask for, else in this one, which owns the
   * store until the run's end.
   * @throws MaestroError MR2048 when a process owns the store for too long that plays nothing for others
   */
  async begin(request: Start | undefined, { here, hear }: Beginning): Promise<Play> {
    const { settings, patienceMs } = this.#keeping;
    for (let waitedMs = 0; ; waitedMs += POLL_MS) {
      if (request && !this.#opening) {
        const asked = await askOwner(settings.file, request);
        if (asked?.result) {
          const play = followRun((next) => askOwner(settings.file, next), request.run);
          play.subscribe(hear);
          return play;
        }
      }
      const house = await this.#tryHold(waitedMs >= patienceMs);
      if (house) return this.#beginHere(house, { here, hear });
      await sleep(POLL_MS);
    }
  }

  async #beginHere(house: House, { here, hear }: Beginning): Promise<Play> {
    try {
      const play = await here(house);
      play.subscribe(hear);
      const over = () => this.#letGo();
      play.ending.then(over, over);
      return play;
    } catch (error) {
      this.#letGo();
      throw error;
    }
  }

  #ownedBy(house: House): Owned {
    const { settings, load } = this.#keeping;
    const playable = (row: Pick<RunRow, "id" | "score" | "deployment">) =>
      playableOf(row, house, settings.root, load);
    return { ...ownedBy(house, settings), playableOf: playable };
  }

  /** What is being played is stopped; it can be resumed. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const house = await this.#opening?.catch(() => undefined);
    this.#opening = undefined;
    await house?.close();
  }

  async #closeIdle(): Promise<void> {
    if (this.#users === 0) await this.close();
  }

  async #tryHold(isLast: boolean): Promise<House | undefined> {
    if (this.#opening || isLast) return this.#hold();
    this.#users++;
    this.#opening = this.#openOnce();
    try {
      return await this.#opening;
    } catch (error) {
      this.#users--;
      this.#opening = undefined;
      if (error instanceof MaestroError && error.code === "MR1007") return undefined;
      throw error;
    }
  }

  #openOnce(): Promise<House> {
    const { io, settings } = this.#keeping;
    const outside = outsideOf(io, settings);
    return openHouse({ ...settings, command: "maestro mcp", outside, reach: reachOf(io, settings) });
  }

  async #open(): Promise<House> {
    const { settings, patienceMs } = this.#keeping;
    for (let waitedMs = 0; ; waitedMs += POLL_MS) {
      try {
        return await this.#openOnce();
      } catch (error) {
        if (!(error instanceof MaestroError) || error.code !== "MR1007") throw error;
        const { pid, command } = (error as MaestroError<"MR1007">).facts;
        if (waitedMs >= patienceMs)
          throw new MaestroError("MR2048", { file: settings.file, pid, command, waitedMs }, { cause: error });
      }
      await sleep(POLL_MS);
    }
  }
}
