import { createRequire } from "node:module";

/** A lock of the operating system on bytes of an open file. It ends with the process, however that ends. */
interface Binding {
  /** @throws an error with the code EAGAIN when another process holds it */
  tryLock(fd: number, offset: number, length: number, exclusive: boolean): void;
}

const require = createRequire(import.meta.url);

/**
 * The binding of fs-native-extensions as it was built for this platform. The package's own search for it loads 20 files
 * and costs every start 5 ms; it is what is left where there is no such file.
 */
function load(): Binding | { tryLock: (fd: number, offset: number, length: number) => boolean } {
  try {
    return require(
      `fs-native-extensions/prebuilds/${process.platform}-${process.arch}/fs-native-extensions.node`,
    );
  } catch {
    return require("fs-native-extensions");
  }
}

/** Locks `length` bytes from `offset` on for this process alone; false when another process has them. */
export function tryLock(fd: number, offset: number, length: number): boolean {
  try {
    return load().tryLock(fd, offset, length, true) !== false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return false;
    throw error;
  }
}
