// Why the fake's jobs are as they are: a plausible story for each state.

import type { Explanation } from '../generated/Explanation';
import type { ExplanationCode } from '../generated/ExplanationCode';
import type { JobState } from '../generated/JobState';
import type { OperationReport } from '../generated/OperationReport';
import type { StoryCode } from '../generated/StoryCode';
import type { StoryLine } from '../generated/StoryLine';
import type { FakeJob } from './jobs';
import { refusal } from './refusal';
import type { FakeWorld } from './world';

const HOST = 'media.example.org';

const CODES: Record<JobState, ExplanationCode> = {
  queued: 'waits_turn',
  starting: 'starting',
  downloading: 'downloading',
  paused: 'paused',
  waiting: 'waits_retry',
  verifying: 'verifying',
  processing: 'processing',
  moving: 'moving',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
};

export function reportOf(world: FakeWorld, operation: string, id: number | null): OperationReport {
  const job = world.queue.jobs.find(({ row }) => row.id === id) ?? world.queue.jobOf(operation);
  if (!job) throw refusal('job_unknown', { id: String(id ?? 0) });
  const explanation = explain(world, job);
  const entries = storyOf(world, job);
  const told = entries.map(({ at, text }) => `  ${at}  ${text}`).join('\n');
  return { explanation, entries, report_text: `Program: Aniworld 0.1.0\nOperation: ${operation}\nWhy: ${explanation.sentence}\n${told}\n` };
}

function explain({ queue, time }: FakeWorld, { row, until, reason, rate }: FakeJob): Explanation {
  const stalled = row.state === 'downloading' && reason === 'stalled';
  const code = stalled ? 'stalled' : queue.paused && row.state === 'queued' ? 'waits_all_paused' : CODES[row.state];
  const ago = (ms: number) => new Date(time.now() - ms).toISOString();
  const before = queue.jobs.filter((other) => other.row.state === 'queued' && other.row.id < row.id).length;
  const params: Partial<Record<ExplanationCode, Record<string, string>>> = {
    waits_turn: { ahead: String(before), running: String(queue.counts().active), parallel: String(queue.parallel) },
    waits_retry: { tries: '2', until: new Date(until ?? time.now()).toISOString() },
    downloading: { host: HOST, speed: String(rate) },
    stalled: { host: HOST, since: ago(41_000) },
    paused: { since: ago(95_000) },
    failed: { tries: '3' },
  };
  return { code, sentence: `${code} in English`, params: params[code] ?? {}, cause: row.error };
}

/** What happened, with one second between two entries. */
function storyOf({ queue, time }: FakeWorld, { row, reason }: FakeJob): StoryLine[] {
  if (row.state === 'queued') return [];
  const told: [StoryCode, Record<string, string>?][] = [
    ['picked', { running: '2', parallel: String(queue.parallel) }],
    ['answered', { status: '200', host: HOST, total: String(row.total ?? 0), ranges: 'true', validator: 'strong', content_type: 'video/x-matroska' }],
    ['downloading'],
  ];
  if (['waiting', 'failed', 'completed', 'verifying'].includes(row.state)) {
    const until = new Date(time.now() - 60_000).toISOString();
    told.push(['retry', { tries: '1', until }], ['answered', { status: '206', host: HOST, ranges: 'true', validator: 'strong' }]);
    told.push(['resumed', { at_bytes: String(Math.round((row.total ?? 0) / 5)) }], ['downloading']);
  }
  if (reason === 'stalled') told.push(['stalled']);
  else if (row.state === 'paused') told.push(['user_paused'], ['paused']);
  else if (row.state === 'completed') told.push(['verifying'], ['moving'], ['completed']);
  else if (row.state !== 'downloading' && row.state !== 'starting') told.push([row.state === 'waiting' ? 'retry' : row.state]);
  const start = time.now() - told.length * 1_000;
  const fault = row.error ?? refusal('connect', { host: HOST });
  return told.map(([code, params = {}], index) => ({
    at: new Date(start + index * 1_000).toISOString(),
    attempt: 1,
    code,
    text: `${code} in English`,
    params: code === 'retry' && params['tries'] === undefined ? { tries: '2' } : params,
    cause: code === 'retry' || code === 'failed' ? fault : null,
  }));
}
