// The same tests, with values of megabytes in all of them, and more of those that are made up.
process.env.LARGE_VALUES = "1";
process.env.RUNS ??= "3000";
await import("../engine/values.test.ts");
await import("../engine/values.property.test.ts");

export {};
