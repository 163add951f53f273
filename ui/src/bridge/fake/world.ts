// Everything that the fake program knows: a library, its sources, a queue and the settings.

import type { AppState } from '../generated/AppState';
import type { CommandError } from '../generated/CommandError';
import type { EpisodeRow } from '../generated/EpisodeRow';
import type { LibraryState } from '../generated/LibraryState';
import type { QueueAdded } from '../generated/QueueAdded';
import type { Season } from '../generated/Season';
import type { Selection } from '../generated/Selection';
import type { SeriesDetail } from '../generated/SeriesDetail';
import type { SeriesPage } from '../generated/SeriesPage';
import type { SeriesQuery } from '../generated/SeriesQuery';
import type { SeriesRow } from '../generated/SeriesRow';
import type { Settings } from '../generated/Settings';
import type { SourceRow } from '../generated/SourceRow';
import { FakeHistory } from './history';
import { ENDED, makeJob, type FakeJob } from './jobs';
import { FakeQueue } from './queue';
import { refusal } from './refusal';
import type { FakeRelay } from './relay';
import { episodesOf, fileOf, lengthOf, type FakeSeries } from './series';
import type { Time } from './time';

export class FakeWorld {
  series: FakeSeries[] = [];
  sources: SourceRow[] = [];
  library: LibraryState | null = null;
  demo = false;
  /** The folder in which the user saves files; null: the dialog is closed. */
  savesTo: string | null = '/home/you/Documents';
  settings: Settings = {
    parallel_downloads: 3,
    transfers: { speed_limit: 0, limit_speed: true, speed_limit_per_host: 0, connections_per_file: 8, connections_per_host: 8, tries: 5, stall_timeout_s: 30, proxy: 'system' },
    notifications: true,
    history_days: 365,
    theme: 'system',
    language: null,
  };
  /** Commands that fail, and how; `null`: they never answer. */
  readonly refusals = new Map<string, CommandError | null>();
  readonly queue: FakeQueue;
  readonly history: FakeHistory;
  #downloaded = new Map<string, number>();
  #nextJob = 1;

  constructor(
    readonly time: Time,
    readonly relay: FakeRelay,
  ) {
    this.history = new FakeHistory(time);
    this.queue = new FakeQueue(time, relay, (job) => { this.#ended(job); });
  }

  appState(): AppState {
    return {
      version: '0.1.0',
      data_dir: '/home/you/.local/share/aniworld',
      library: this.library,
      demo: this.demo,
      sources: this.sources.length,
      tray: 'present',
      settings: { ...this.settings },
      language: this.settings.language ?? 'en',
    };
  }

  seriesPage({ text, filter, offset, limit }: SeriesQuery): SeriesPage {
    const tally = this.#tally();
    const all = this.series.map((series) => rowOf(series, tally));
    const incomplete = all.filter((row) => row.missing > 0);
    const of = { all, incomplete, complete: all.filter((row) => row.missing === 0) };
    const wanted = text.toLowerCase();
    const rows = of[filter].filter((row) => row.title.toLowerCase().includes(wanted));
    return {
      total: rows.length,
      counts: {
        all: all.length,
        incomplete: incomplete.length,
        complete: of.complete.length,
        missing_episodes: all.reduce((sum, row) => sum + row.missing, 0),
      },
      rows: rows.slice(offset, offset + limit),
    };
  }

  seriesDetail(id: number): SeriesDetail | null {
    const series = this.series.find((other) => other.id === id);
    if (!series) return null;
    const rows = this.episodes(series);
    const seasons = series.seasons.map(({ season }): Season => {
      const episodes = rows.filter((row) => row.season === season);
      const missing = episodes.filter((row) => row.state === 'missing');
      return {
        season,
        progress_id: `season_${series.folder}_${String(season)}`,
        have: episodes.filter((row) => row.state === 'have').length,
        missing: missing.length,
        queued: missing.filter(isQueued).length,
        episodes,
      };
    });
    return { ...rowOf(series, this.#tally()), description: series.description, sources: [series.source], seasons, progress_id: `series_${series.folder}` };
  }

  /** Puts what is missing into the queue. */
  add(selection: Selection): QueueAdded {
    const answer: QueueAdded = { added: 0, already_queued: 0, bytes: 0 };
    const jobs = [];
    for (const series of this.#selected(selection)) {
      for (const episode of this.episodes(series)) {
        if (episode.state !== 'missing' || !isSelected(episode, selection)) continue;
        if (isQueued(episode)) {
          answer.already_queued += 1;
          continue;
        }
        jobs.push(makeJob(this.#nextJob++, series, episode, this.time.now()));
        answer.added += 1;
        answer.bytes += episode.size ?? 0;
      }
    }
    if (answer.added === 0 && answer.already_queued === 0) throw refusal('nothing_missing');
    this.queue.add(jobs);
    return answer;
  }

  /** The episodes of a series, with their jobs and with what was downloaded. */
  episodes(series: FakeSeries): EpisodeRow[] {
    const jobs = new Map(this.queue.jobs.map(({ row }) => [row.progress_id, row]));
    return episodesOf(series).map((episode) => {
      const job = jobs.get(episode.progress_id);
      const known: EpisodeRow = { ...episode, job: job ? { id: job.id, state: job.state } : null };
      if (!this.#downloaded.has(episode.progress_id)) return known;
      const file = fileOf(series, episode.season, Number(episode.number), episode.title);
      return { ...known, state: 'have', file, source: null, air_date: null };
    });
  }

  #ended({ row, startedAt }: FakeJob): void {
    this.history.ended(row, startedAt);
    if (row.state === 'completed' && row.series_id !== null) this.#downloaded.set(row.progress_id, row.series_id);
  }

  #tally(): Tally {
    const tally: Tally = { downloaded: new Map(), queued: new Map() };
    for (const id of this.#downloaded.values()) count(tally.downloaded, id);
    for (const { row } of this.queue.jobs) {
      if (row.series_id !== null && !ENDED.includes(row.state)) count(tally.queued, row.series_id);
    }
    return tally;
  }

  #selected(selection: Selection): FakeSeries[] {
    if (selection.kind === 'all') return this.series;
    const id = selection.kind === 'episode' ? Math.floor(selection.id / 10_000) : selection.series;
    return this.series.filter((series) => series.id === id);
  }
}

/** How many episodes of each series. */
interface Tally {
  downloaded: Map<number, number>;
  queued: Map<number, number>;
}

function count(counts: Map<number, number>, id: number): void {
  counts.set(id, (counts.get(id) ?? 0) + 1);
}

function rowOf(series: FakeSeries, { downloaded, queued }: Tally): SeriesRow {
  const { id, title, folder } = series;
  const have = series.have + (downloaded.get(id) ?? 0);
  return { id, title, folder, have, missing: lengthOf(series) - have, queued: queued.get(id) ?? 0 };
}

function isQueued({ job }: EpisodeRow): boolean {
  return job !== null && !ENDED.includes(job.state);
}

function isSelected(episode: EpisodeRow, selection: Selection): boolean {
  if (selection.kind === 'episode') return episode.id === selection.id;
  return selection.kind !== 'season' || episode.season === selection.season;
}
