export class Counter {
  constructor(private n: number) {}
  next() {
    return this.n++;
  }
}

export namespace limits {
  export const most = 3;
}
