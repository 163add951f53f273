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
    case 'waiting':
      return textOf(data, 'reason') === 'queued' ? 'queued' : 'waiting';
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

/** How many sources a check that ended could not read. */
export function failedSourcesOf(data: MessageData | undefined): number {
  const totals = data?.status === 'completed' ? data.metadata['totals'] : undefined;
  const failed = typeof totals === 'object' && totals !== null && 'failed_sources' in totals ? totals.failed_sources : 0;
  return typeof failed === 'number' ? failed : 0;
}

export function queueCountsOf(data: MessageData | undefined): QueueCounts {
  const status = data?.metadata['queue_status'];
  const none: QueueCounts = { pending: 0, active: 0, completed: 0, failed: 0 };
  return typeof status === 'object' && status !== null ? { ...none, ...status } : none;
}

/** What limits all downloads together; the host where it is one. */
export interface Bottleneck {
  kind: 'speed_limit' | 'disk' | 'host' | 'hosts';
  host: string;
}

export function bottleneckOf(data: MessageData | undefined): Bottleneck | null {
  const value = data?.metadata['bottleneck'];
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null;
  const host = 'host' in value && typeof value.host === 'string' ? value.host : '';
  switch (value.kind) {
    case 'speed_limit':
    case 'disk':
    case 'hosts':
      return { kind: value.kind, host: '' };
    case 'host':
      return host === '' ? null : { kind: 'host', host };
    default:
      return null;
  }
}

/** Whether "pause all" is in force. */
export function isQueuePaused(data: MessageData | undefined): boolean {
  return data?.metadata['paused'] === true;
}

/** Whether a change may have put a row into the history. Downloads out of view are known by the queue's counts. */
export function endsAnAttempt(change: Change): boolean {
  const { before, after } = change;
  if (after?.type === 'system' || after?.type === 'error') return isTerminal(after.status) && before?.status !== after.status;
  return changesLists(change);
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
