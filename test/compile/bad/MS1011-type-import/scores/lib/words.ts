type Tone = "dry" | "warm";
export { type Tone };
export const tones = ["dry", "warm"] as const;
