/** Gives what code prints to `take` instead, as long as that takes it. The stream itself is made when it is first used. */
export function captureOutput(take: (text: string) => boolean): void {
  for (const name of ["stdout", "stderr"] as const) {
    const original = Object.getOwnPropertyDescriptor(process, name)!;
    let stream: NodeJS.WriteStream | undefined;
    const make = () => {
      const real = original.get!.call(process) as NodeJS.WriteStream;
      const write = real.write.bind(real) as (...given: unknown[]) => boolean;
      real.write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
        const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
        if (!take(text)) return write(chunk, ...rest);
        const done = rest.findLast((one) => typeof one === "function") as (() => void) | undefined;
        if (done) process.nextTick(done);
        return true;
      };
      return real;
    };
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => (stream ??= make()),
    });
  }
}
