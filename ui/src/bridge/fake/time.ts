// The clock of the fake: the browser's, or one that a test moves.

export interface Time {
  now(): number;
  /** Calls again and again; the answer ends it. */
  every(ms: number, run: () => void): () => void;
}

export const browserTime: Time = {
  now: () => Date.now(),
  every(ms, run) {
    const timer = setInterval(run, ms);
    return () => { clearInterval(timer); };
  },
};

/** A clock that stands still until it is moved. */
export class ManualTime implements Time {
  #now = Date.UTC(2026, 10, 24, 12);
  #timers = new Set<{ ms: number; next: number; run: () => void }>();

  now(): number {
    return this.#now;
  }

  every(ms: number, run: () => void): () => void {
    const timer = { ms, next: this.#now + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass; everything due happens in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.next <= end).sort((a, b) => a.next - b.next)[0];
      if (!due) break;
      this.#now = due.next;
      due.next += due.ms;
      due.run();
    }
    this.#now = end;
  }
}
