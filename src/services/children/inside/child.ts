/** The program in which the code of one deployment is played. Its thread beside the main one watches over it. */
import { isMainThread } from "node:worker_threads";

if (isMainThread) (await import("./serve.ts")).serve(import.meta.url);
else (await import("./watch-over.ts")).watchOver();
