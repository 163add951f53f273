// The fake's jobs: their rows, and the operations that a window hears of.

import type { CommandError } from '../generated/CommandError';
import type { EpisodeRow } from '../generated/EpisodeRow';
import type { JobState } from '../generated/JobState';
import type { MessageData } from '../generated/MessageData';
import type { ProgressState } from '../generated/ProgressState';
import type { QueueRow } from '../generated/QueueRow';
import type { FakeSeries } from './series';

export interface FakeJob {
  row: QueueRow;
  /** Bytes per second. */
  rate: number;
  startedAt: number;
  /** Set: it waits until then. */
  until: number | null;
  reason: string | null;
  /** What it ends in, instead of a file. */
  doom: CommandError | null;
}

const STATUS: Record<JobState, ProgressState> = {
  queued: 'waiting',
  starting: 'started',
  downloading: 'in_progress',
  paused: 'paused',
  waiting: 'waiting',
  verifying: 'in_progress',
  processing: 'in_progress',
  moving: 'in_progress',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'completed',
};

export const RUNNING: readonly JobState[] = ['starting', 'downloading', 'waiting', 'verifying', 'processing', 'moving'];
export const PENDING: readonly JobState[] = ['queued', 'paused'];
export const ENDED: readonly JobState[] = ['completed', 'failed', 'cancelled', 'skipped'];

export function makeJob(id: number, series: FakeSeries, episode: EpisodeRow, now: number): FakeJob {
  const row: QueueRow = {
    id,
    progress_id: episode.progress_id,
    state: 'queued',
    series_id: series.id,
    series: series.title,
    season: episode.season,
    number: episode.number,
    title: episode.title,
    source: series.source,
    bytes: 0,
    total: episode.size,
    error: null,
    added_at: new Date(now).toISOString(),
    finished_at: null,
  };
  return { row, rate: (3 + (id % 5)) * 1_400_000, startedAt: now, until: null, reason: null, doom: null };
}

function phaseOf(state: JobState): string | undefined {
  return ['downloading', 'verifying', 'processing', 'moving'].includes(state) ? state : undefined;
}

function metadataOf({ row, rate, until, reason }: FakeJob): Record<string, unknown> {
  const left = row.total === null ? null : Math.max(0, row.total - row.bytes);
  const live = row.state === 'downloading' && reason !== 'stalled';
  const values: Record<string, unknown> = {
    job: row.id,
    attempt: 1,
    series: row.series,
    // a folder is called like its series here
    serie_folder: row.series,
    season: row.season,
    episode: row.number,
    phase: phaseOf(row.state),
    reason: row.state === 'queued' ? 'queued' : (reason ?? (row.state === 'skipped' ? 'skipped' : undefined)),
    until: until === null ? undefined : new Date(until).toISOString(),
    error_code: row.error?.code,
    speed_bytes_per_s: live ? rate : undefined,
    eta_s: live && left !== null ? Math.round(left / rate) : undefined,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** The operation of a job as it stands. */
export function operationOf(job: FakeJob, now: number): MessageData {
  const { row } = job;
  return {
    id: row.progress_id,
    type: 'download',
    status: STATUS[row.state],
    title: `Downloading ${row.series}`,
    message: `S${String(row.season).padStart(2, '0')}E${row.number.padStart(2, '0')}`,
    percent: row.total === null ? null : Math.min(100, (row.bytes / row.total) * 100),
    current: row.bytes,
    total: row.total,
    metadata: metadataOf(job),
    started_at: new Date(job.startedAt).toISOString(),
    updated_at: new Date(now).toISOString(),
  };
}
