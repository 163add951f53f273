// The fake's history: a year of downloads and checks, always the same ones, and what ends while it runs.

import type { FiguresRow } from '../generated/FiguresRow';
import type { HistoryDay } from '../generated/HistoryDay';
import type { HistoryEntry } from '../generated/HistoryEntry';
import type { HistoryFigures } from '../generated/HistoryFigures';
import type { HistoryOutcome } from '../generated/HistoryOutcome';
import type { HistoryPage } from '../generated/HistoryPage';
import type { HistoryQuery } from '../generated/HistoryQuery';
import type { ErrorCode } from '../generated/ErrorCode';
import type { QueueRow } from '../generated/QueueRow';
import { dayOf, daysBefore } from '../../state/days';
import { refusal } from './refusal';
import type { Time } from './time';
import { episodeSize, episodeTitle, seriesTitle } from './titles';

const HOUR = 3_600_000;
const CAUSES: readonly ErrorCode[] = ['not_found', 'connect', 'timeout', 'disk_full', 'mismatch', 'web_page'];
const PARAMS = { host: 'media.example.org', url: 'https://media.example.org/series/', path: '/home/you/Videos/Series' };

export class FakeHistory {
  /** Newest first. */
  #rows: HistoryEntry[] = [];
  /** Days before today of which there is something to make. */
  #unmade = 0;
  #next = 1;

  constructor(private readonly time: Time) {}

  /** So many days were lived through; made when somebody looks. */
  lived(days: number): void {
    this.#unmade = days;
  }

  /** A job ended. */
  ended(row: QueueRow, startedAt: number): void {
    this.#make();
    const took = Math.max(1, (this.time.now() - startedAt) / 1_000);
    this.#rows.unshift({
      ...blank(this.#next++, this.time.now()),
      outcome: row.state as HistoryOutcome,
      series: row.series,
      season: row.season,
      number: row.number,
      title: row.title,
      source: row.source,
      bytes: row.bytes,
      transferred: row.state === 'skipped' ? 0 : row.bytes,
      started_at: new Date(startedAt).toISOString(),
      took_s: took,
      error: row.error,
    });
  }

  page({ text, kind, outcome, since, until, offset, limit }: HistoryQuery): HistoryPage {
    const rows = this.#matching({ text, kind, outcome, since, until });
    return { total: rows.length, rows: rows.slice(offset, offset + limit) };
  }

  count(query: HistoryQuery): number {
    return this.#matching(query).length;
  }

  figures(days: number): HistoryFigures {
    this.#make();
    const today = dayOf(new Date(this.time.now()));
    const known = this.#days();
    const sum = (first: string) => added([...known].filter(([day]) => day >= first).map(([, row]) => row));
    const named = [...known].map(([day, row]): HistoryDay => ({ day, ...row }));
    return {
      today,
      total: sum(''),
      last_7_days: sum(daysBefore(today, 6)),
      last_30_days: sum(daysBefore(today, 29)),
      busiest_day: named.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes)[0] ?? null,
      rows: this.#rows.length,
      days: Array.from({ length: days }, (_, index) => {
        const day = daysBefore(today, days - 1 - index);
        return { day, ...(known.get(day) ?? added([])) };
      }),
    };
  }

  #matching({ text, kind, outcome, since, until }: Omit<HistoryQuery, 'offset' | 'limit'>): HistoryEntry[] {
    this.#make();
    const wanted = text.trim().toLowerCase();
    return this.#rows.filter((row) => {
      const day = since === null && until === null ? '' : dayOf(new Date(row.ended_at));
      return (
        (wanted === '' || (row.series ?? '').toLowerCase().includes(wanted)) &&
        (kind === null || row.kind === kind) &&
        (outcome === null || row.outcome === outcome) &&
        (since === null || day >= since) &&
        (until === null || day <= until)
      );
    });
  }

  #days(): Map<string, FiguresRow> {
    const byDay = new Map<string, HistoryEntry[]>();
    for (const row of this.#rows) {
      if (row.kind !== 'download') continue;
      const day = dayOf(new Date(row.ended_at));
      byDay.set(day, [...(byDay.get(day) ?? []), row]);
    }
    return new Map([...byDay].map(([day, rows]) => [day, added(rows.map(figuresOf))]));
  }

  #make(): void {
    const days = this.#unmade;
    this.#unmade = 0;
    const made: HistoryEntry[] = [];
    const now = this.time.now();
    for (let ago = days; ago >= 1; ago -= 1) {
      const evening = now - ago * 24 * HOUR;
      // some days are quiet, some long, and now and then there was a journey
      const busy = (ago * 7_919) % 41;
      const downloads = busy % 5 === 0 || (ago > 140 && ago < 155) ? 0 : busy;
      for (let index = 0; index < downloads; index += 1) made.push(this.#download(made.length, evening + index * 400_000));
      made.push({ ...blank(this.#next++, evening - HOUR), kind: 'scan', outcome: ago % 60 === 0 ? 'cancelled' : 'completed', title: 'Scanning the library', message: '8 series', took_s: 3.4, started_at: new Date(evening - HOUR - 3_400).toISOString() });
    }
    this.#rows.push(...made.reverse());
  }

  #download(index: number, at: number): HistoryEntry {
    const bytes = episodeSize(index);
    const dice = (index * 2_654_435_761) % 97;
    const outcome: HistoryOutcome = dice < 6 ? 'failed' : dice < 9 ? 'cancelled' : dice < 11 ? 'skipped' : 'completed';
    const took = bytes / (3_000_000 + ((index * 131) % 9) * 1_100_000);
    const share = { completed: 1, skipped: 0, failed: 0.3, cancelled: 0.1 }[outcome];
    return {
      ...blank(this.#next++, at),
      outcome,
      attempt: dice % 9 === 4 ? 2 : 1,
      series: seriesTitle(Math.floor(index / 9) % 40),
      season: 1 + (Math.floor(index / 360) % 4),
      number: String(1 + (index % 24)),
      title: episodeTitle(index),
      source: 'media.example.org',
      bytes,
      transferred: Math.round(bytes * share),
      started_at: outcome === 'skipped' ? null : new Date(at - took * share * 1_000).toISOString(),
      took_s: outcome === 'skipped' ? null : took * share,
      error: outcome === 'failed' ? refusal(CAUSES[index % CAUSES.length] ?? 'internal', PARAMS) : null,
    };
  }
}

function blank(id: number, at: number): HistoryEntry {
  return {
    id,
    kind: 'download',
    outcome: 'completed',
    attempt: 1,
    series: null,
    season: null,
    number: null,
    title: null,
    message: null,
    source: null,
    bytes: 0,
    transferred: 0,
    started_at: null,
    ended_at: new Date(at).toISOString(),
    took_s: null,
    error: null,
  };
}

function figuresOf(row: HistoryEntry): FiguresRow {
  return {
    bytes: row.transferred,
    episodes: row.outcome === 'completed' ? 1 : 0,
    failures: row.outcome === 'failed' ? 1 : 0,
    busy_s: row.took_s ?? 0,
    bytes_per_s: null,
  };
}

function added(rows: readonly FiguresRow[]): FiguresRow {
  const sum = (of: (row: FiguresRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const [bytes, busy_s] = [sum((row) => row.bytes), sum((row) => row.busy_s)];
  return {
    bytes,
    episodes: sum((row) => row.episodes),
    failures: sum((row) => row.failures),
    busy_s,
    bytes_per_s: busy_s > 0 ? Math.round(bytes / busy_s) : null,
  };
}
