// The list of series, with its filter and its text.

import type { Bridge } from '../bridge/bridge';
import type { SeriesFilter } from '../bridge/generated/SeriesFilter';
import type { SeriesPage } from '../bridge/generated/SeriesPage';
import type { SeriesRow } from '../bridge/generated/SeriesRow';
import { PagedList } from './paged.svelte';

/** Long enough to skip the letters of a quick typist, short enough to feel immediate. */
const TYPING_MS = 30;

export class LibraryList {
  text = $state('');
  filter = $state<SeriesFilter>('all');
  /** The selected row, kept while other pages are open. */
  active = $state(0);
  readonly list: PagedList<SeriesRow, SeriesPage>;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(bridge: Bridge) {
    this.list = new PagedList<SeriesRow, SeriesPage>((offset, limit) =>
      bridge.invoke('series_list', { query: { text: this.text, filter: this.filter, offset, limit } }),
    );
  }

  setText(text: string): void {
    this.text = text;
    this.active = 0;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.list.restart(), TYPING_MS);
  }

  setFilter(filter: SeriesFilter): void {
    this.filter = filter;
    this.active = 0;
    void this.list.restart();
  }

  clear(): void {
    this.text = '';
    this.setFilter('all');
  }

  reset(): void {
    this.text = '';
    this.filter = 'all';
    this.active = 0;
    this.list.reset();
  }
}
