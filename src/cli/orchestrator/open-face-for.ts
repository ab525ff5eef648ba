import type { Play } from "../../engine/index.ts";
import type { House } from "../../house.ts";
import { startRun } from "../../operations/start-run.ts";
import type { Log } from "../../services/orchestrator/log.ts";
import type { Face } from "../../services/orchestrator/open-face.ts";
import type { Seen } from "../../services/scheduler/scheduler.ts";
import type { Io } from "../io.ts";
import type { Settings } from "../load-workspace.ts";
import type { Hiding } from "./hide-secrets.ts";
import type { Playables } from "./playables.ts";
import { SLOTS } from "./with-slots.ts";

interface Facing {
  readonly io: Io;
  readonly settings: Settings;
  readonly seen: Seen;
  readonly playables: Playables;
  readonly watch: (play: Play) => void;
  readonly onLost: (error: unknown) => void;
  readonly log: Log;
  readonly hiding: Hiding;
}

/**
 * What an orchestrator answers on loopback: only where the configuration names a port.
 * @throws MaestroError MR1019 when it cannot listen there
 */
export async function openFaceFor(
  house: House,
  { io, settings, seen, playables, watch, onLost, log, hiding }: Facing,
): Promise<Face | undefined> {
  const { file, root, orchestrator } = settings;
  if (orchestrator.port === undefined) return undefined;
  const [{ openFace }, { readMetrics }, { Webhooks }, { SourceOpener }] = await Promise.all([
    import("../../services/orchestrator/open-face.ts"),
    import("../../services/orchestrator/read-metrics.ts"),
    import("../../services/webhooks/webhooks.ts"),
    import("../../services/secrets/open-source.ts"),
  ]);
  const { engine, store, clock } = house;
  const webhooks = new Webhooks({
    store,
    now: clock.now,
    log,
    // The file is read anew each time: somebody may have changed it.
    async open(source) {
      const opened = await new SourceOpener({ root, env: io.env }).open(source);
      if ("value" in opened) hiding.add([["the key of a webhook", opened.value]]);
      return opened;
    },
    async begin({ row, input, webhookId }) {
      const playable = await playables.of(row, house);
      const play = await startRun(engine, playable, input, {
        of: { orchestra: row.id, webhookId },
        by: { who: `webhook ${webhookId}`, origin: "http 127.0.0.1" },
      });
      watch(play);
      return play;
    },
    onLost,
  });
  const measured = { engine, store, now: clock.now, file, seen, received: webhooks.received };
  const slots = () => engine.outside.limits?.runs ?? SLOTS;
  const face = await openFace({
    port: orchestrator.port,
    read: () => readMetrics({ ...measured, slots: slots() }),
    receive: (call) => webhooks.receive(call),
  });
  log.info("metrics", { at: `http://127.0.0.1:${face.port}/metrics` });
  return face;
}
