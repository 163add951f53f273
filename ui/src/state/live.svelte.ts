// The live side of the window: one connection, its operations as signals, and listeners for changes.

import { SvelteMap } from 'svelte/reactivity';
import type { Bridge } from '../bridge/bridge';
import type { MessageData } from '../bridge/generated/MessageData';
import { DOWNLOAD_QUEUE, LIBRARY_SCAN } from './operation';
import { apply, initialProgress, type Change, type ProgressInput } from './progress';

const ROOMS = ['downloads', 'scan', 'queue', 'system', 'errors'];
const NAME = 'main';

export class Live {
  /** Every known operation by its id. */
  readonly operations = new SvelteMap<string, MessageData>();
  connected = $state(false);
  #state = initialProgress;
  #listeners = new Set<(change: Change) => void>();
  #joining = false;
  #rows = '';
  #rowsTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly bridge: Bridge) {}

  get queue(): MessageData | undefined {
    return this.operations.get(DOWNLOAD_QUEUE);
  }

  get scan(): MessageData | undefined {
    return this.operations.get(LIBRARY_SCAN);
  }

  /** Listens first, then joins: nothing can fall between the two. */
  async connect(): Promise<void> {
    await this.bridge.listen('progress-frame', (frame) => { this.#take({ kind: 'frame', frame }); });
    await this.join();
  }

  async join(): Promise<void> {
    if (this.#joining) return;
    this.#joining = true;
    this.#take({ kind: 'join' });
    try {
      const answer = await this.bridge.invoke('progress_join', { request: { rooms: ROOMS, name: NAME } });
      this.#joining = false;
      this.connected = true;
      this.#take({ kind: 'answer', answer });
    } finally {
      this.#joining = false;
    }
  }

  /** Calls back for every change of an operation; the answer ends it. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells which downloads are in view; only those are reported. Soon, and only when it changed. */
  showRows(ids: readonly string[]): void {
    clearTimeout(this.#rowsTimer);
    this.#rowsTimer = setTimeout(() => { this.#sendRows(ids); }, 50);
  }

  #sendRows(ids: readonly string[]): void {
    const key = JSON.stringify([...ids].sort());
    if (key === this.#rows) return;
    this.#rows = key;
    this.#take({ kind: 'rows', ids: new Set(ids) });
    // a refusal has no remedy here: the rows go on to show what the list knows
    this.bridge.invoke('progress_visible_rows', { name: NAME, ids: [...ids] }).catch(() => { this.#rows = ''; });
  }

  #take(input: ProgressInput): void {
    const step = apply(this.#state, input);
    this.#state = step.state;
    for (const change of step.changes) {
      if (change.after) this.operations.set(change.id, change.after);
      else this.operations.delete(change.id);
    }
    for (const change of step.changes) {
      for (const listener of this.#listeners) listener(change);
    }
    if (step.rejoin) void this.join().catch(() => { this.connected = false; });
  }
}
