/** What Maestro uses of it; the package has no types. */
declare module "pino-roll" {
  import type { EventEmitter } from "node:events";

  export default function roll(options: {
    readonly file: string;
    readonly extension: string;
    readonly size: string;
    readonly limit: { readonly count: number; readonly removeOtherLogFiles: boolean };
    readonly mkdir: boolean;
    readonly mode: number;
  }): Promise<EventEmitter & { write(text: string): void; end(): void }>;
}
