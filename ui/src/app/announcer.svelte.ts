// What a screen reader is told of progress: every change of state, and every quarter of the way.

import { i18n } from '../i18n/i18n.svelte';
import { DOWNLOAD_QUEUE, jobStateOf, textOf } from '../state/operation';
import type { Change } from '../state/progress';

export class Announcer {
  text = $state('');
  #quarter = 0;

  take({ id, before, after }: Change): void {
    if (after === undefined) return;
    if (id === DOWNLOAD_QUEUE) {
      this.#queue(after.percent);
      return;
    }
    if (after.type !== 'download' || before === undefined) return;
    const state = jobStateOf(after);
    if (state !== jobStateOf(before)) {
      const name = [textOf(after, 'series'), after.message].filter(Boolean).join(' ');
      this.text = i18n.t.announce.job(name, i18n.t.downloads.states[state]);
    }
  }

  #queue(percent: number | null): void {
    const quarter = percent === null ? 0 : Math.floor(percent / 25);
    if (quarter > this.#quarter) this.text = i18n.t.announce.percent(i18n.percent(quarter * 25));
    this.#quarter = quarter;
  }
}
