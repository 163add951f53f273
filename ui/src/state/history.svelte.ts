// The history: ended attempts with their filters, and the figures of days.

import type { Bridge } from '../bridge/bridge';
import type { ExportForm } from '../bridge/generated/ExportForm';
import type { HistoryEntry } from '../bridge/generated/HistoryEntry';
import type { HistoryExported } from '../bridge/generated/HistoryExported';
import type { HistoryFigures } from '../bridge/generated/HistoryFigures';
import type { HistoryOutcome } from '../bridge/generated/HistoryOutcome';
import type { HistoryPage } from '../bridge/generated/HistoryPage';
import type { HistoryQuery } from '../bridge/generated/HistoryQuery';
import type { ProgressKind } from '../bridge/generated/ProgressKind';
import { daysBefore, dayOf } from './days';
import { Loaded } from './loaded.svelte';
import { PagedList } from './paged.svelte';

/** Long enough to skip the letters of a quick typist, short enough to feel immediate. */
const TYPING_MS = 30;

export const KINDS = ['download', 'scan', 'system', 'error'] as const satisfies readonly ProgressKind[];
export const OUTCOMES = ['completed', 'failed', 'cancelled', 'skipped'] as const satisfies readonly HistoryOutcome[];
/** How many days a chart may show. */
export const CHARTS = [30, 90, 365] as const;
/** Of so many days, today among them; or any; or one day alone. */
export const PERIODS = ['any', '1', '7', '30', '365'] as const;

export type ChartDays = (typeof CHARTS)[number];
export type Period = (typeof PERIODS)[number] | 'day';

export class HistoryList {
  text = $state('');
  kind = $state<ProgressKind | 'any'>('any');
  outcome = $state<HistoryOutcome | 'any'>('any');
  period = $state<Period>('any');
  /** The one day of the period `day`. */
  day = $state<string | null>(null);
  chart = $state<ChartDays>(30);
  /** The selected row, kept while other pages are open. */
  active = $state(0);
  readonly list: PagedList<HistoryEntry, HistoryPage>;
  readonly figures: Loaded<HistoryFigures>;
  #selected: number | null = null;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly bridge: Bridge) {
    this.list = new PagedList<HistoryEntry, HistoryPage>((offset, limit) =>
      bridge.invoke('history_list', { query: { ...this.query, offset, limit } }),
    );
    this.figures = new Loaded(() => bridge.invoke('history_figures', { days: this.chart }));
  }

  get isFiltered(): boolean {
    return this.text.trim() !== '' || this.kind !== 'any' || this.outcome !== 'any' || this.period !== 'any';
  }

  get query(): HistoryQuery {
    const [since, until] = this.#days();
    return {
      text: this.text.trim(),
      kind: this.kind === 'any' ? null : this.kind,
      outcome: this.outcome === 'any' ? null : this.outcome,
      since,
      until,
      offset: 0,
      limit: 0,
    };
  }

  setText(text: string): void {
    this.text = text;
    this.#top();
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.list.restart(), TYPING_MS);
  }

  setKind(kind: ProgressKind | 'any'): void {
    this.kind = kind;
    this.#again();
  }

  setOutcome(outcome: HistoryOutcome | 'any'): void {
    this.outcome = outcome;
    this.#again();
  }

  setPeriod(period: Period): void {
    this.period = period;
    if (period !== 'day') this.day = null;
    this.#again();
  }

  /** Shows one day alone; null shows any again. */
  setDay(day: string | null): void {
    this.day = day;
    this.setPeriod(day === null ? 'any' : 'day');
  }

  setChart(days: ChartDays): void {
    this.chart = days;
    void this.figures.reload();
  }

  clear(): void {
    this.#clear();
    this.#again();
  }

  /** Writes what the filters find into a file that the user chooses; null when the dialog was closed. */
  export(form: ExportForm): Promise<HistoryExported | null> {
    return this.bridge.invoke('history_export', { query: this.query, form });
  }

  /** Remembers which row is selected, by its number: new ones come above it. */
  hold(): void {
    this.#selected = this.list.row(this.active)?.id ?? this.#selected;
  }

  /** After the list was read again: the same row is selected, wherever it is now. The first one stays the first. */
  follow(): void {
    if (this.active > 0) this.active = this.list.find((row) => row.id === this.#selected) ?? this.active;
  }

  show(): void {
    this.list.show();
    this.figures.show();
  }

  hide(): void {
    this.list.hide();
    this.figures.hide();
  }

  invalidate(): void {
    this.list.invalidate();
    this.figures.invalidate();
  }

  reset(): void {
    this.#clear();
    this.#top();
    this.list.reset();
    this.figures.reset();
  }

  #days(): [since: string | null, until: string | null] {
    if (this.period === 'any') return [null, null];
    if (this.period === 'day') return [this.day, this.day];
    return [daysBefore(dayOf(new Date()), Number(this.period) - 1), null];
  }

  #clear(): void {
    clearTimeout(this.#typing);
    this.text = '';
    this.kind = 'any';
    this.outcome = 'any';
    this.period = 'any';
    this.day = null;
  }

  #again(): void {
    this.#top();
    void this.list.restart();
  }

  #top(): void {
    this.active = 0;
    this.#selected = null;
  }
}
