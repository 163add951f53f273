// The live side of the window: one connection, its operations as signals, and listeners for changes.

import { SvelteMap } from 'svelte/reactivity';
import type { Bridge } from '../bridge/bridge';
import type { Frame } from '../bridge/generated/Frame';
import type { JoinAnswer } from '../bridge/generated/JoinAnswer';
import type { JoinRequest } from '../bridge/generated/JoinRequest';
import type { MessageData } from '../bridge/generated/MessageData';
import { DOWNLOAD_QUEUE, LIBRARY_SCAN } from './operation';
import { apply, initialProgress, type Change, type ProgressInput } from './progress';
import { MAIN, ROOMS } from './rooms';

/** Frames between two reports: far fewer than may be on their way before the program sends no more. */
const REPORT_EVERY = 16;

/** Until something that failed is tried again. */
const RETRY_MS = 1_000;

export class Live {
  /** Every known operation by its id. */
  readonly operations = new SvelteMap<string, MessageData>();
  connected = $state(false);
  #state = initialProgress;
  #listeners = new Set<(change: Change) => void>();
  /** What the window wants to hear of, and what the program knows of that. */
  #wanted = new Map<string, readonly string[]>([[MAIN, ROOMS]]);
  #joined = new Map<string, readonly string[]>();
  /** Nothing that was joined counts any more: all is joined again. */
  #anew = true;
  #listening = false;
  #settling = false;
  #heard = 0;
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
    if (!this.#listening) await this.bridge.listen('progress-frame', (frame) => { this.#hear(frame); });
    this.#listening = true;
    await this.#settle();
  }

  /** Joins a union under this name, in place of the one before; the answer leaves it, unless another took its place. */
  join(name: string, rooms: readonly string[]): () => void {
    this.#want(name, rooms);
    return () => { if (this.#wanted.get(name) === rooms) this.#want(name, null); };
  }

  /** The unions that the program has for this window. */
  rooms(): Promise<JoinRequest[]> {
    return this.bridge.invoke('progress_rooms');
  }

  /** Calls back for every change of an operation; the answer ends it. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells which downloads a list shows; of all downloads only those are reported. Soon, and only when it changed. */
  showRows(ids: readonly string[]): void {
    clearTimeout(this.#rowsTimer);
    this.#rowsTimer = setTimeout(() => { this.#sendRows(ids); }, 50);
  }

  #hear(frame: Frame): void {
    // counted first: whatever a listener makes of it, it came
    this.#heard += 1;
    if (this.#heard >= REPORT_EVERY) this.#report();
    this.#take({ kind: 'frame', frame });
  }

  #report(): void {
    const frames = this.#heard;
    this.#heard = 0;
    this.bridge.invoke('progress_heard', { frames }).catch(() => {
      // without reports there would be no more frames, and no frame to report with
      this.#heard += frames;
      setTimeout(() => { this.#report(); }, RETRY_MS);
    });
  }

  #sendRows(ids: readonly string[]): void {
    const key = JSON.stringify([...ids].sort());
    if (key === this.#rows) return;
    this.#rows = key;
    this.#take({ kind: 'rows', ids: new Set(ids) });
    // a refusal has no remedy here: the rows go on to show what the list knows
    this.bridge.invoke('progress_visible_rows', { ids: [...ids] }).catch(() => { this.#rows = ''; });
  }

  #want(name: string, rooms: readonly string[] | null): void {
    if (rooms === null) this.#wanted.delete(name);
    else this.#wanted.set(name, rooms);
    this.#take({ kind: 'unions', unions: new Map(this.#wanted) });
    this.#settleSoon();
  }

  #settleSoon(): void {
    if (!this.#listening) return;
    void this.#settle().catch(() => {
      this.connected = false;
      setTimeout(() => { this.#settleSoon(); }, RETRY_MS);
    });
  }

  /** Makes what is joined what is wanted: one step after the other, so that no answer overtakes another. */
  async #settle(): Promise<void> {
    if (this.#settling) return;
    this.#settling = true;
    try {
      while (await this.#step());
    } catch (thrown) {
      this.#anew = true;
      throw thrown;
    } finally {
      this.#settling = false;
    }
  }

  async #step(): Promise<boolean> {
    if (this.#anew) {
      await this.#joinAll();
      return true;
    }
    for (const name of this.#joined.keys()) {
      if (this.#wanted.has(name)) continue;
      this.#joined.delete(name);
      await this.bridge.invoke('progress_leave', { name });
      return true;
    }
    for (const [name, rooms] of this.#wanted) {
      if (this.#joined.get(name) === rooms) continue;
      this.#joined.set(name, rooms);
      const answer = await this.bridge.invoke('progress_join', { request: { name, rooms: [...rooms] } });
      this.#take({ kind: 'joined', answer });
      return true;
    }
    return false;
  }

  /** Joins every union, the first in place of whatever was joined before. */
  async #joinAll(): Promise<void> {
    this.#anew = false;
    this.#take({ kind: 'join' });
    const unions = new Map(this.#wanted);
    const answers: JoinAnswer[] = [];
    for (const [name, rooms] of unions) {
      const request: JoinRequest = { name, rooms: [...rooms], ...(answers.length === 0 ? { replace: true } : {}) };
      answers.push(await this.bridge.invoke('progress_join', { request }));
    }
    this.#joined = unions;
    this.connected = true;
    this.#take({ kind: 'answers', answers });
  }

  #take(input: ProgressInput): void {
    const step = apply(this.#state, input);
    this.#state = step.state;
    for (const change of step.changes) {
      if (change.after) this.operations.set(change.id, change.after);
      else this.operations.delete(change.id);
    }
    if (step.rejoin) {
      this.#anew = true;
      this.#settleSoon();
    }
    this.#tell(step.changes);
  }

  /** One listener that throws keeps nothing from the others. */
  #tell(changes: readonly Change[]): void {
    const thrown: unknown[] = [];
    for (const change of changes) {
      for (const listener of this.#listeners) {
        try {
          listener(change);
        } catch (error) {
          thrown.push(error);
        }
      }
    }
    if (thrown.length > 0) throw thrown[0];
  }
}
