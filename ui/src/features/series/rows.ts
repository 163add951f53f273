// A series as one list: the seasons, and below each that is unfolded its episodes. Pure.

import type { EpisodeRow } from '../../bridge/generated/EpisodeRow';
import type { JobState } from '../../bridge/generated/JobState';
import type { MessageData } from '../../bridge/generated/MessageData';
import type { Season } from '../../bridge/generated/Season';
import type { SeriesDetail } from '../../bridge/generated/SeriesDetail';
import { hasEnded, stateOf } from '../../state/queue.svelte';

export type ListRow = { kind: 'season'; season: Season } | { kind: 'episode'; episode: EpisodeRow };

export function rowsOf(detail: SeriesDetail, folded: ReadonlySet<number>): ListRow[] {
  const rows: ListRow[] = [];
  for (const season of detail.seasons) {
    rows.push({ kind: 'season', season });
    if (folded.has(season.season)) continue;
    for (const episode of season.episodes) rows.push({ kind: 'episode', episode });
  }
  return rows;
}

/** The states of an episode as a user sees them: the library's words, or what its download does. */
export type EpisodeState = 'have' | 'missing' | 'gone' | Exclude<JobState, 'completed' | 'skipped' | 'cancelled'>;

export function episodeStateOf(episode: EpisodeRow, data: MessageData | undefined): EpisodeState {
  const { job, state } = episode;
  if (state === 'have' || job === null) return state;
  const now = stateOf(job, data);
  if (now === 'cancelled') return state;
  if (now === 'completed' || now === 'skipped') {
    // done a moment ago: the file is there. Done long ago and missing all the same: somebody took it away
    return hasEnded(job.state) ? state : 'have';
  }
  return now;
}

/** What a press on an episode does; null where there is nothing to do. */
export function actionOf(episode: EpisodeRow, state: EpisodeState): 'download' | 'retry' | null {
  if (state === 'failed') return 'retry';
  return state === 'missing' && episode.source !== null ? 'download' : null;
}

/** What a download of a season or a series would fetch. */
export interface Plan {
  episodes: number;
  /** Bytes, as far as sources say. */
  bytes: number;
}

/** Everything missing that is not on its way. */
export function planOf(seasons: readonly Season[]): Plan {
  const plan: Plan = { episodes: 0, bytes: 0 };
  for (const season of seasons) {
    plan.episodes += season.missing - season.queued;
    for (const { state, job, size } of season.episodes) {
      if (state === 'missing' && (job === null || hasEnded(job.state))) plan.bytes += size ?? 0;
    }
  }
  return plan;
}

/** The last part of a path, whichever way its system writes it. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
