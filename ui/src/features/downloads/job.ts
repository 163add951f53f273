// What a row of the downloads shows: the list's figures, or the live ones where something is live. Pure.

import type { CommandError } from '../../bridge/generated/CommandError';
import type { JobState } from '../../bridge/generated/JobState';
import type { MessageData } from '../../bridge/generated/MessageData';
import type { QueueRow } from '../../bridge/generated/QueueRow';
import { episodeCode } from '../../i18n/format';
import { failureOf, numberOf, textOf } from '../../state/operation';
import { hasEnded, liveOf, stateOf } from '../../state/queue.svelte';

export interface Job {
  state: JobState;
  done: number;
  total: number | null;
  /** 0 to 100; null while the size is unknown. */
  percent: number | null;
  /** Bytes per second; null when nothing arrives. */
  speed: number | null;
  /** Seconds left. */
  eta: number | null;
  /** Why it waits or stalls, in the words of the wire. */
  reason: string | null;
  /** Until when it waits, RFC 3339. */
  until: string | null;
  error: CommandError | null;
}

const MOVING: readonly JobState[] = ['starting', 'downloading', 'verifying', 'processing', 'moving'];

/** Whether something happens with it right now. */
export function isMoving(state: JobState): boolean {
  return MOVING.includes(state);
}

export function codeOf(row: { season: number; number: string }): string {
  return episodeCode(row.season, row.number);
}

/** What to call it: `Night Trains S01E05`. */
export function nameOf(row: QueueRow): string {
  return `${row.series} ${codeOf(row)}`;
}

export function jobOf(row: QueueRow, data: MessageData | undefined): Job {
  const live = liveOf(row, data);
  const state = stateOf(row, data);
  const done = live?.current ?? row.bytes;
  const total = live?.total ?? row.total;
  const runs = state === 'downloading';
  return {
    state,
    done,
    total,
    percent: percentOf(state, live, done, total),
    speed: runs ? numberOf(live, 'speed_bytes_per_s') : null,
    eta: runs ? numberOf(live, 'eta_s') : null,
    reason: textOf(live, 'reason'),
    until: state === 'waiting' ? textOf(live, 'until') : null,
    error: errorOf(row, state, live),
  };
}

function percentOf(state: JobState, live: MessageData | undefined, done: number, total: number | null): number | null {
  if (state === 'completed' || state === 'skipped') return 100;
  if (live) return live.percent;
  return total === null || total === 0 ? null : Math.min(100, (done / total) * 100);
}

/** The list knows the values of the sentence; the progress knows of the failure earlier. */
function errorOf(row: QueueRow, state: JobState, live: MessageData | undefined): CommandError | null {
  if (state !== 'failed' && state !== 'waiting') return null;
  if (row.error && (state === 'waiting' || hasEnded(row.state))) return row.error;
  return live && textOf(live, 'error_code') !== null ? failureOf(live) : row.error;
}
