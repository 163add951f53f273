// The fake's queue: first come, first served, a few at the same time, at invented speeds.

import type { CommandError } from '../generated/CommandError';
import type { JobAction } from '../generated/JobAction';
import type { JobState } from '../generated/JobState';
import type { QueueCounts } from '../generated/QueueCounts';
import type { QueueFilter } from '../generated/QueueFilter';
import type { QueueRow } from '../generated/QueueRow';
import { refusal } from './refusal';
import { ENDED, operationOf, PENDING, RUNNING, type FakeJob } from './jobs';
import type { FakeRelay } from './relay';
import type { Time } from './time';

const GROUPS: Record<QueueFilter, readonly JobState[]> = {
  all: [...RUNNING, ...PENDING, ...ENDED],
  active: [...RUNNING, ...PENDING],
  completed: ['completed', 'skipped'],
  failed: ['failed', 'cancelled'],
};

const ALLOWED: Record<JobAction, readonly JobState[]> = {
  pause: ['queued', 'starting', 'downloading', 'waiting'],
  resume: ['paused'],
  cancel: [...RUNNING, ...PENDING],
  retry: ['failed', 'cancelled'],
  remove: ENDED,
};

export class FakeQueue {
  jobs: FakeJob[] = [];
  paused = false;
  parallel = 3;
  #action = 'opened';

  constructor(
    private readonly time: Time,
    private readonly relay: FakeRelay,
    private readonly ended: (job: FakeJob) => void,
  ) {}

  counts(): QueueCounts {
    const counts: QueueCounts = { pending: 0, active: 0, completed: 0, failed: 0 };
    for (const { row } of this.jobs) counts[groupOf(row.state)] += 1;
    return counts;
  }

  /** Active first, then what waits, then the past, newest first. */
  rows(filter: QueueFilter): QueueRow[] {
    const wanted = this.jobs.filter(({ row }) => GROUPS[filter].includes(row.state)).map(({ row }) => row);
    const past = wanted.filter((row) => ENDED.includes(row.state)).reverse();
    const running = wanted.filter((row) => RUNNING.includes(row.state));
    return [...running, ...wanted.filter((row) => PENDING.includes(row.state)), ...past];
  }

  jobOf(progressId: string): FakeJob | undefined {
    return this.jobs.findLast(({ row }) => row.progress_id === progressId);
  }

  add(jobs: FakeJob[]): void {
    this.jobs.push(...jobs);
    this.announce('items_added');
  }

  act(id: number, action: JobAction): void {
    const job = this.jobs.find(({ row }) => row.id === id);
    if (!job) throw refusal('job_unknown', { id: String(id) });
    if (!ALLOWED[action].includes(job.row.state)) throw refusal('job_state', { id: String(id) });
    if (action === 'remove') this.jobs = this.jobs.filter((other) => other !== job);
    else this.#become(job, ({ pause: 'paused', resume: 'queued', cancel: 'cancelled', retry: 'queued' } as const)[action]);
    this.announce(`item_${action}`);
  }

  pauseAll(paused: boolean): void {
    this.paused = paused;
    for (const job of this.jobs) {
      if (paused && RUNNING.includes(job.row.state)) this.#become(job, 'paused');
      else if (!paused && job.row.state === 'paused') this.#become(job, 'queued');
    }
    this.announce(paused ? 'paused' : 'resumed');
  }

  clearFinished(): void {
    this.jobs = this.jobs.filter(({ row }) => !ENDED.includes(row.state));
    this.announce('items_removed');
  }

  /** Time passed: bytes arrive, phases follow each other, free slots are taken. */
  tick(ms: number): void {
    for (const job of this.jobs) if (RUNNING.includes(job.row.state)) this.#advance(job, ms);
    let free = this.paused ? 0 : this.parallel - this.counts().active;
    for (const job of this.jobs) {
      if (free <= 0) break;
      if (job.row.state !== 'queued') continue;
      free -= 1;
      this.#become(job, 'starting');
      this.announce('item_started');
    }
    if (this.counts().active > 0) this.announce(this.#action);
  }

  /** Publishes the queue as it stands. */
  announce(action: string): void {
    this.#action = action;
    const counts = this.counts();
    const running = this.jobs.filter(({ row }) => RUNNING.includes(row.state));
    const sum = (of: (job: FakeJob) => number) => running.reduce((total, job) => total + of(job), 0);
    const now = new Date(this.time.now()).toISOString();
    const live = (job: FakeJob) => (job.row.state === 'downloading' && job.reason === null ? job.rate : 0);
    this.relay.put({
      id: 'download_queue',
      type: 'queue',
      status: counts.active > 0 ? 'in_progress' : this.paused ? 'paused' : 'waiting',
      title: 'Download queue',
      message: action,
      percent: this.#percent(counts),
      current: counts.completed + counts.failed,
      total: this.jobs.length,
      metadata: {
        action,
        queue_status: counts,
        paused: this.paused,
        speed_bytes_per_s: sum(live),
        active_bytes: sum(({ row }) => row.bytes),
        active_total_bytes: sum(({ row }) => row.total ?? 0),
        unit: 'items',
        ...this.#outlook(sum(live)),
      },
      started_at: now,
      updated_at: now,
    });
  }

  /** How long the rest takes at this speed, and what limits it. */
  #outlook(speed: number): Record<string, unknown> {
    if (speed === 0) return {};
    const open = this.jobs.filter(({ row }) => !ENDED.includes(row.state));
    const left = open.reduce((sum, { row }) => sum + Math.max(0, (row.total ?? 0) - row.bytes), 0);
    const seconds = (spread: number) => Math.round((left / speed) * spread);
    const bottleneck = { kind: 'host', host: 'media.example.org' };
    return { eta_s: seconds(1), eta_low_s: seconds(0.9), eta_high_s: seconds(1.2), bottleneck };
  }

  /** Jobs that have ended, with the fraction of those that run, of all. */
  #percent(counts: QueueCounts): number | null {
    const running = this.jobs.filter(({ row }) => RUNNING.includes(row.state));
    const fraction = running.reduce((sum, { row }) => sum + (row.total ? row.bytes / row.total : 0), 0);
    const done = counts.completed + counts.failed + fraction;
    return this.jobs.length === 0 ? null : (done / this.jobs.length) * 100;
  }

  /** A job as it stands, for a scenario that begins in the middle. */
  publish(job: FakeJob): void {
    this.relay.put(operationOf(job, this.time.now()));
  }

  #advance(job: FakeJob, ms: number): void {
    const { row } = job;
    if (row.state === 'waiting') {
      if (job.until !== null && job.until <= this.time.now()) this.#become(job, 'downloading');
    } else if (row.state === 'starting') {
      this.#become(job, 'downloading');
    } else if (row.state === 'downloading') {
      if (job.reason === 'stalled') return;
      row.bytes = Math.min(row.total ?? Number.POSITIVE_INFINITY, row.bytes + (job.rate * ms) / 1_000);
      if (job.doom !== null && row.bytes > job.rate) this.#become(job, 'failed', job.doom);
      else if (row.bytes === row.total) this.#become(job, 'verifying');
      else this.publish(job);
    } else if (row.state === 'verifying') {
      this.#become(job, 'moving');
    } else {
      this.#become(job, 'completed');
    }
  }

  #become(job: FakeJob, state: JobState, error: CommandError | null = null): void {
    const { row } = job;
    row.state = state;
    row.error = error;
    job.until = null;
    job.reason = null;
    if (state === 'cancelled') row.bytes = 0;
    row.finished_at = ENDED.includes(state) ? new Date(this.time.now()).toISOString() : null;
    // the history is written before anybody hears of the end
    if (ENDED.includes(state)) this.ended(job);
    this.publish(job);
    if (ENDED.includes(state)) this.announce(`item_${state}`);
  }
}

function groupOf(state: JobState): keyof QueueCounts {
  if (RUNNING.includes(state)) return 'active';
  if (PENDING.includes(state)) return 'pending';
  return state === 'completed' || state === 'skipped' ? 'completed' : 'failed';
}
