import type { RunEvent } from "../../engine/index.ts";
import type { Witness } from "../../engine/witness.ts";
import type { ModelCallRow } from "../../store/store.ts";

/** Where traces go, and what of them. */
export interface TelemetrySettings {
  /** Of a collector that speaks OTLP over HTTP: `http://localhost:4318`. */
  readonly endpoint: string;
  /** Also what models say, and what tools are given and give. */
  readonly prompts: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly version: string;
}

/** Traces of runs. The library is loaded when the first thing happens; until it is there, what happens is kept. */
export class Telemetry implements Witness {
  readonly #settings: TelemetrySettings;
  #opening: Promise<Witness | undefined> | undefined;
  #sink: Witness | undefined;
  #early: ((sink: Witness) => void)[] = [];

  constructor(settings: TelemetrySettings) {
    this.#settings = settings;
  }

  hear(event: RunEvent): void {
    this.#tell((sink) => sink.hear(event));
  }

  hearCall(call: ModelCallRow): void {
    this.#tell((sink) => sink.hearCall(call));
  }

  async close(): Promise<void> {
    await (await this.#opening)?.close();
  }

  #tell(act: (sink: Witness) => void): void {
    if (this.#sink) return act(this.#sink);
    this.#early.push(act);
    this.#opening ??= this.#open();
  }

  /** Traces that cannot be written are no reason for a run to fail. */
  async #open(): Promise<Witness | undefined> {
    try {
      const { openTraces } = await import("./open-traces.ts");
      this.#sink = openTraces(this.#settings);
      for (const act of this.#early) act(this.#sink);
      return this.#sink;
    } catch {
      return undefined;
    } finally {
      this.#early = [];
    }
  }
}
