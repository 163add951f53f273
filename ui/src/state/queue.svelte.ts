// The list of downloads and what can be done with them.

import type { Bridge } from '../bridge/bridge';
import type { JobAction } from '../bridge/generated/JobAction';
import type { JobState } from '../bridge/generated/JobState';
import type { MessageData } from '../bridge/generated/MessageData';
import type { QueueFilter } from '../bridge/generated/QueueFilter';
import type { QueuePage } from '../bridge/generated/QueuePage';
import type { QueueRow } from '../bridge/generated/QueueRow';
import { isTerminal, jobStateOf, numberOf } from './operation';
import { PagedList } from './paged.svelte';

const ENDED: readonly JobState[] = ['completed', 'failed', 'cancelled', 'skipped'];

export function hasEnded(state: JobState): boolean {
  return ENDED.includes(state);
}

/** The live operation of a row, unless it belongs to another job of the same episode or to an earlier try. */
export function liveOf(row: { id: number; state: JobState }, data: MessageData | undefined): MessageData | undefined {
  if (!data) return undefined;
  const job = numberOf(data, 'job');
  if (job !== null && job !== row.id) return undefined;
  // put back into the queue: what ended was the try before
  if (row.state === 'queued' && isTerminal(data.status)) return undefined;
  return data;
}

/** The state to show: live where something is live, else what the list says. */
export function stateOf(row: { id: number; state: JobState }, data: MessageData | undefined): JobState {
  const live = liveOf(row, data);
  if (!live) return row.state;
  const state = jobStateOf(live);
  // the list has seen the end already, and an end is final
  return hasEnded(row.state) && !isTerminal(live.status) ? row.state : state;
}

/** What the buttons of a row offer. */
export function actionsOf(state: JobState): JobAction[] {
  switch (state) {
    case 'queued':
    case 'starting':
    case 'downloading':
    case 'waiting':
      return ['pause', 'cancel'];
    case 'paused':
      return ['resume', 'cancel'];
    case 'verifying':
    case 'processing':
    case 'moving':
      return ['cancel'];
    case 'failed':
    case 'cancelled':
      return ['retry', 'remove'];
    case 'completed':
    case 'skipped':
      return ['remove'];
  }
}

export class QueueList {
  filter = $state<QueueFilter>('all');
  active = $state(0);
  readonly list: PagedList<QueueRow, QueuePage>;
  #selected: number | null = null;

  constructor(private readonly bridge: Bridge) {
    this.list = new PagedList<QueueRow, QueuePage>((offset, limit) =>
      bridge.invoke('queue_list', { query: { filter: this.filter, offset, limit } }),
    );
  }

  /** Remembers which download is selected, by its number: the list moves under it. */
  hold(): void {
    this.#selected = this.list.row(this.active)?.id ?? this.#selected;
  }

  /** After the list was read again: the same download is selected, wherever it is now. */
  follow(): void {
    this.active = this.list.find((row) => row.id === this.#selected) ?? this.active;
  }

  setFilter(filter: QueueFilter): void {
    this.filter = filter;
    this.#select(0);
    void this.list.restart();
  }

  async act(id: number, action: JobAction): Promise<void> {
    await this.bridge.invoke('queue_act', { id, action });
    this.list.invalidate();
  }

  async all(command: 'queue_pause_all' | 'queue_resume_all' | 'queue_clear_finished'): Promise<void> {
    await this.bridge.invoke(command);
    this.list.invalidate();
  }

  reset(): void {
    this.filter = 'all';
    this.#select(0);
    this.list.reset();
  }

  #select(index: number): void {
    this.active = index;
    this.#selected = null;
  }
}
