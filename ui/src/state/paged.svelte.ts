// A long list that is read page by page, as far as it is looked at. It knows no domain.

import { SvelteMap } from 'svelte/reactivity';
import { toCommandError } from '../bridge/bridge';
import type { CommandError } from '../bridge/generated/CommandError';
import { Refresher } from './refresher';

export interface Page<Row> {
  total: number;
  rows: Row[];
}

/** Reads rows from `offset` on. */
export type ReadPage<Row, Answer extends Page<Row>> = (offset: number, limit: number) => Promise<Answer>;

export class PagedList<Row, Answer extends Page<Row>> {
  total = $state(0);
  status = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<CommandError | null>(null);
  /** The newest answer, for what it says beside its rows. */
  latest = $state.raw<Answer | null>(null);
  #pages = new SvelteMap<number, Row[]>();
  #first = 0;
  #last = 0;
  #version = 0;
  #shown = false;
  #stale = true;
  readonly #refresher = new Refresher(() => this.#reload());

  constructor(
    private readonly read: ReadPage<Row, Answer>,
    readonly pageSize = 100,
  ) {}

  /** The row at an index; undefined while its page is read. */
  row(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / this.pageSize))?.[index % this.pageSize];
  }

  /** Where a row is, among those that are known. */
  find(wanted: (row: Row) => boolean): number | null {
    for (const [page, rows] of this.#pages) {
      const index = rows.findIndex(wanted);
      if (index >= 0) return page * this.pageSize + index;
    }
    return null;
  }

  /** The list came into view: reads it unless what is known still holds. */
  show(): void {
    this.#shown = true;
    if (this.#stale) void this.#refresher.now();
  }

  hide(): void {
    this.#shown = false;
  }

  /** Rows `first` to `last` are in view: reads their pages if need be. */
  look(first: number, last: number): void {
    this.#first = Math.max(0, first);
    this.#last = Math.max(this.#first, last);
    if (this.status === 'ready' && this.#lacking().length > 0) void this.#fill();
  }

  /** Something changed: reads again soon, or when the list is shown again. */
  invalidate(): void {
    this.#stale = true;
    if (this.#shown) this.#refresher.request();
  }

  /** Reads again now, with the rows that are there still in view. */
  reload(): Promise<void> {
    this.#stale = true;
    return this.#refresher.now();
  }

  /** Another question: what is known is no longer an answer to it. Old rows stay until the new ones come. */
  restart(): Promise<void> {
    this.#version += 1;
    this.#first = 0;
    this.#last = 0;
    return this.reload();
  }

  /** Forgets everything: the list belongs to another library now. */
  reset(): void {
    this.#version += 1;
    this.#pages.clear();
    this.total = 0;
    this.latest = null;
    this.error = null;
    this.status = 'loading';
    this.#first = 0;
    this.#last = 0;
    this.invalidate();
  }

  #pagesInView(): number[] {
    // the list may have become shorter than what is looked at
    const end = Math.max(0, this.total - 1);
    const from = Math.floor(Math.min(this.#first, end) / this.pageSize);
    const to = Math.floor(Math.min(this.#last, end) / this.pageSize);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  }

  #lacking(): number[] {
    return this.#pagesInView().filter((page) => !this.#pages.has(page));
  }

  async #reload(): Promise<void> {
    const version = this.#version;
    this.#stale = false;
    try {
      const fresh = new Map<number, Answer>();
      for (const page of this.#pagesInView()) {
        fresh.set(page, await this.read(page * this.pageSize, this.pageSize));
      }
      if (version !== this.#version) return;
      for (const page of [...this.#pages.keys()]) {
        if (!fresh.has(page)) this.#pages.delete(page);
      }
      for (const [page, answer] of fresh) this.#accept(page, answer);
      this.status = 'ready';
      this.error = null;
    } catch (thrown) {
      if (version !== this.#version) return;
      this.error = toCommandError(thrown);
      this.status = 'failed';
      this.#stale = true;
    }
    if (this.status === 'ready' && this.#lacking().length > 0) await this.#fill();
  }

  /** Reads pages that came into view. A failure leaves them blank until the next look. */
  async #fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    const version = this.#version;
    try {
      for (let page = this.#lacking()[0]; page !== undefined; page = this.#lacking()[0]) {
        const answer = await this.read(page * this.pageSize, this.pageSize);
        if (version !== this.#version) return;
        this.#accept(page, answer);
      }
    } catch (thrown) {
      this.error = toCommandError(thrown);
      this.status = 'failed';
    } finally {
      this.#filling = false;
    }
  }
  #filling = false;

  #accept(page: number, answer: Answer): void {
    this.#pages.set(page, answer.rows);
    this.total = answer.total;
    this.latest = answer;
  }
}
