import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Witness } from "../../engine/witness.ts";
import { SpanWriter } from "./span-writer.ts";
import type { TelemetrySettings } from "./telemetry.ts";

/** A collector that does not answer holds nothing up for longer. */
const EXPORT_MS = 5_000;
const CLOSING_MS = 3_000;
const EVERY_MS = 2_000;

/** Sends what happens as spans, in batches; what cannot be sent is left out. */
export function openTraces({ endpoint, headers, prompts, version }: TelemetrySettings): Witness {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, "")}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: EXPORT_MS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": "maestro", "service.version": version }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, scheduledDelayMillis: EVERY_MS, exportTimeoutMillis: EXPORT_MS }),
    ],
  });
  const writer = new SpanWriter(provider.getTracer("maestro", version), prompts);
  return {
    hear: (event) => writer.hear(event),
    hearCall: (call) => writer.hearCall(call),
    async close() {
      writer.endAll();
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSING_MS);
      });
      await Promise.race([provider.shutdown().catch(() => {}), patience]);
      clearTimeout(timer);
    },
  };
}
