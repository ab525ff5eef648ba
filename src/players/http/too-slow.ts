/** The other side took too long. Its message says with what, as the end of a sentence. */
export class TooSlow extends Error {
  override readonly name = "TooSlow";

  constructor(what: "connection" | "answer", waitedMs: number) {
    const waited = waitedMs < 1_000 ? `${waitedMs} ms` : `${waitedMs / 1_000} s`;
    super(
      what === "connection"
        ? `it could not be connected to within ${waited}`
        : `it was silent for ${waited}, or did not begin its answer in that time`,
    );
  }
}
