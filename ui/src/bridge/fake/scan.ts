// The fake's check of the library: a few phases, each a few ticks long.

import type { MessageData } from '../generated/MessageData';
import type { FakeWorld } from './world';

const PHASES: readonly { phase: string; steps: number; total: number | null }[] = [
  { phase: 'sources', steps: 4, total: 4 },
  { phase: 'walking', steps: 8, total: null },
  { phase: 'comparing', steps: 2, total: null },
];

export class FakeScan {
  #step: number | null = null;
  #waiting: ((done: null) => void)[] = [];

  constructor(private readonly world: FakeWorld) {}

  /** Begins a check, or joins the one that runs. */
  run(): Promise<null> {
    if (this.#step === null) {
      this.#step = 0;
      this.#put({ status: 'started' });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  tick(): void {
    if (this.#step === null) return;
    let step = this.#step++;
    for (const { phase, steps, total } of PHASES) {
      if (step < steps) {
        const current = total === null ? step * 17 : step;
        this.#put({ status: 'in_progress', current, total, percent: total === null ? null : (step / steps) * 100, metadata: { phase } });
        return;
      }
      step -= steps;
    }
    this.#end();
  }

  #end(): void {
    this.#step = null;
    const { library, time } = this.world;
    if (library) this.world.library = { ...library, last_scan_at: new Date(time.now()).toISOString() };
    const failed = this.world.sources.filter((source) => source.error !== null).length;
    this.#put({ status: 'completed', percent: 100, metadata: { totals: { failed_sources: failed } } });
    for (const resolve of this.#waiting.splice(0)) resolve(null);
  }

  #put(more: Partial<MessageData>): void {
    const now = new Date(this.world.time.now()).toISOString();
    this.world.relay.put({
      id: 'library_scan',
      type: 'scan',
      status: 'in_progress',
      title: 'Scanning the library',
      message: '',
      percent: null,
      current: 0,
      total: null,
      metadata: {},
      started_at: now,
      updated_at: now,
      ...more,
    });
  }
}
