declare module "fs-native-extensions" {
  /** Takes the lock on `length` bytes from `offset` and returns true, or returns false when another descriptor holds it. */
  export function tryLock(fd: number, offset?: number, length?: number): boolean;
}
