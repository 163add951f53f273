// What a row of the history shows. Pure.

import type { HistoryEntry } from '../../bridge/generated/HistoryEntry';
import type { HistoryOutcome } from '../../bridge/generated/HistoryOutcome';
import type { ProgressKind } from '../../bridge/generated/ProgressKind';
import { episodeCode } from '../../i18n/format';
import type { IconName } from '../../shared/icons';

/** Each outcome has a sign of its own, not only a colour. */
export const SIGNS: Record<HistoryOutcome, { icon: IconName; tone: 'good' | 'bad' | 'muted' }> = {
  completed: { icon: 'check', tone: 'good' },
  failed: { icon: 'alert', tone: 'bad' },
  cancelled: { icon: 'close', tone: 'muted' },
  skipped: { icon: 'skip', tone: 'muted' },
};

export const KIND_ICONS: Record<ProgressKind, IconName> = {
  download: 'downloads',
  scan: 'refresh',
  queue: 'downloads',
  system: 'info',
  error: 'alert',
};

/** `S01E02`; null for what is no episode. */
export function codeOf({ season, number }: HistoryEntry): string | null {
  return season === null || number === null ? null : episodeCode(season, number);
}

/** The bytes to show: of a file its size, of what ended before what arrived; null where that says nothing. */
export function sizeOf(entry: HistoryEntry): number | null {
  if (entry.kind !== 'download') return null;
  const bytes = entry.outcome === 'completed' || entry.outcome === 'skipped' ? entry.bytes : entry.transferred;
  return bytes > 0 ? bytes : null;
}

/** Bytes per second while it ran; null where nothing arrived or no time passed. */
export function speedOf({ transferred, took_s }: HistoryEntry): number | null {
  return took_s === null || took_s <= 0 || transferred === 0 ? null : transferred / took_s;
}
