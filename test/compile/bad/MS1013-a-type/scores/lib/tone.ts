export type Tone = "dry" | "warm";
export const tones: readonly Tone[] = ["dry", "warm"];
