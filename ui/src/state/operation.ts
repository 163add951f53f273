// What an operation's figures and metadata mean. Pure; the keys are those of the wire.

import type { ErrorCode } from '../bridge/generated/ErrorCode';
import type { CommandError } from '../bridge/generated/CommandError';
import type { JobState } from '../bridge/generated/JobState';
import type { MessageData } from '../bridge/generated/MessageData';
import type { ProgressState } from '../bridge/generated/ProgressState';
import type { QueueCounts } from '../bridge/generated/QueueCounts';
import type { Change } from './progress';

export const LIBRARY_SCAN = 'library_scan';
export const DOWNLOAD_QUEUE = 'download_queue';

export function isTerminal(status: ProgressState): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

export function numberOf(data: MessageData | undefined, key: string): number | null {
  const value = data?.metadata[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function textOf(data: MessageData | undefined, key: string): string | null {
  const value = data?.metadata[key];
  return typeof value === 'string' ? value : null;
}

const PHASES: Partial<Record<string, JobState>> = {
  downloading: 'downloading',
  verifying: 'verifying',
  processing: 'processing',
  moving: 'moving',
};

/** The state of a download in the words of the queue. */
export function jobStateOf(data: MessageData): JobState {
  switch (data.status) {
    case 'started':
      return 'starting';
    case 'in_progress':
      return PHASES[textOf(data, 'phase') ?? ''] ?? 'downloading';
    case 'completed':
      return textOf(data, 'reason') === 'skipped' ? 'skipped' : 'completed';
    default:
      return data.status;
  }
}

/** The failure of an operation; its values are with the job, not with the progress. */
export function failureOf(data: MessageData): CommandError {
  const code = (textOf(data, 'error_code') ?? 'internal') as ErrorCode;
  const params = data.metadata['params'];
  const given = typeof params === 'object' && params !== null ? (params as Record<string, string>) : {};
  return { code, message: data.message, hint: '', params: { detail: data.message, ...given } };
}

export function queueCountsOf(data: MessageData | undefined): QueueCounts {
  const status = data?.metadata['queue_status'];
  const none: QueueCounts = { pending: 0, active: 0, completed: 0, failed: 0 };
  return typeof status === 'object' && status !== null ? { ...none, ...status } : none;
}

/** Percent of what the active downloads have to do; null when nothing runs or a size is unknown. */
export function queuePercentOf(data: MessageData | undefined): number | null {
  const done = numberOf(data, 'active_bytes');
  const total = numberOf(data, 'active_total_bytes');
  if (done === null || total === null || total <= 0) return null;
  return Math.min(100, (done / total) * 100);
}

/** Whether a change can alter which rows lists hold, or their lasting figures. Mere samples cannot. */
export function changesLists({ id, before, after }: Change): boolean {
  if (after === undefined) return false;
  if (id === DOWNLOAD_QUEUE) {
    return (
      before === undefined ||
      before.metadata['action'] !== after.metadata['action'] ||
      JSON.stringify(before.metadata['queue_status']) !== JSON.stringify(after.metadata['queue_status'])
    );
  }
  if (after.type === 'scan') return isTerminal(after.status) && before?.status !== after.status;
  if (after.type !== 'download') return false;
  const became = (status: ProgressState) => after.status === status && before?.status !== status;
  return isTerminal(after.status) ? before?.status !== after.status : became('paused') || became('waiting');
}
