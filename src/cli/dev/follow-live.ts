import { setTimeout as sleep } from "node:timers/promises";
import type { LiveRun } from "../../tui/source.ts";
import type { LiveNotes } from "./live-notes.ts";
import type { AskOwner } from "./owner-source.ts";

/** What has happened meanwhile is heard together: a run may do a thousand things a second. */
const GATHER_MS = 250;

/** Hears the run that is looked at, of another process; one at a time. */
export class FollowLive {
  readonly #ask: AskOwner;
  readonly #notes: LiveNotes;
  #run: string | undefined;

  constructor(ask: AskOwner, notes: LiveNotes) {
    this.#ask = ask;
    this.#notes = notes;
  }

  of(run: string): LiveRun | undefined {
    if (this.#run !== run) {
      this.#run = run;
      // An owner that is gone, or does not play it, has nothing to tell.
      this.#follow(run).catch(() => {});
    }
    return this.#notes.of(run);
  }

  close(): void {
    this.#run = undefined;
  }

  async #follow(run: string): Promise<void> {
    for (let after = 0; this.#run === run; ) {
      const told = await this.#ask({ op: "follow", run, after });
      if (this.#run !== run || !told) return;
      for (const event of told.events) this.#notes.hear(event);
      if (told.ending) return;
      after = told.next;
      await sleep(GATHER_MS);
    }
  }
}
