process.env.CRONS ??= "100000";
await import("../compile/cron-fuzz.test.ts");
