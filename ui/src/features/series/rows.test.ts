import { describe, expect, it } from 'vitest';
import type { EpisodeRow } from '../../bridge/generated/EpisodeRow';
import type { JobState } from '../../bridge/generated/JobState';
import type { Season } from '../../bridge/generated/Season';
import { operation } from '../../testing/messages';
import { actionOf, episodeStateOf, fileName, planOf, rowsOf } from './rows';

function episode(more: Partial<EpisodeRow> = {}): EpisodeRow {
  return {
    id: 1, season: 1, number: '5', version: 1, title: null, air_date: null, state: 'missing', progress_id: 'a', job: null, size: 100,
    file: null, source: 'nginx', ...more,
  };
}

const job = (state: JobState) => ({ id: 7, state });

describe('the state of an episode', () => {
  it('is the library’s where nothing runs', () => {
    expect(episodeStateOf(episode({ state: 'have' }), undefined)).toBe('have');
    expect(episodeStateOf(episode({ state: 'gone' }), undefined)).toBe('gone');
    expect(episodeStateOf(episode({ job: job('cancelled') }), undefined)).toBe('missing');
  });

  it('is its download’s while there is one', () => {
    expect(episodeStateOf(episode({ job: job('queued') }), operation('a', { metadata: { job: 7 } }))).toBe('downloading');
    expect(episodeStateOf(episode({ job: job('paused') }), undefined)).toBe('paused');
    expect(episodeStateOf(episode({ job: job('failed') }), undefined)).toBe('failed');
  });

  it('is "have" at the moment the download completes', () => {
    expect(episodeStateOf(episode({ job: job('downloading') }), operation('a', { status: 'completed' }))).toBe('have');
  });

  it('is missing again when somebody took the file away', () => {
    expect(episodeStateOf(episode({ job: job('completed') }), undefined)).toBe('missing');
  });
});

describe('a press on an episode', () => {
  it('downloads, tries again, or does nothing', () => {
    expect(actionOf(episode(), 'missing')).toBe('download');
    expect(actionOf(episode({ source: null }), 'missing')).toBeNull();
    expect(actionOf(episode({ job: job('failed') }), 'failed')).toBe('retry');
    expect(actionOf(episode(), 'downloading')).toBeNull();
    expect(actionOf(episode({ state: 'have' }), 'have')).toBeNull();
  });
});

describe('a series as a list', () => {
  const seasons: Season[] = [
    { season: 1, progress_id: 'season_x_1', have: 1, missing: 2, queued: 1, episodes: [episode({ state: 'have' }), episode({ id: 2, job: job('queued') }), episode({ id: 3 })] },
    { season: 0, progress_id: 'season_x_0', have: 0, missing: 1, queued: 0, episodes: [episode({ id: 4, job: job('failed'), size: null })] },
  ];
  const detail = { id: 1, title: '', folder: '', have: 1, missing: 3, queued: 1, description: null, sources: [], seasons, progress_id: 'series_x' };
  const shape = (folded: number[]) => rowsOf(detail, new Set(folded)).map((row) => (row.kind === 'season' ? `S${String(row.season.season)}` : row.episode.id));

  it('has the episodes below their seasons', () => {
    expect(shape([])).toEqual(['S1', 1, 2, 3, 'S0', 4]);
  });

  it('hides those of folded seasons', () => {
    expect(shape([1])).toEqual(['S1', 'S0', 4]);
    expect(shape([0, 1])).toEqual(['S1', 'S0']);
  });

  it('plans what is missing and not on its way', () => {
    expect(planOf(seasons)).toEqual({ episodes: 2, bytes: 100 });
    expect(planOf([])).toEqual({ episodes: 0, bytes: 0 });
  });
});

it('a file name is the last part of a path of either system', () => {
  expect(fileName('Night/Season 01/a.mkv')).toBe('a.mkv');
  expect(fileName('Night\\Season 01\\a.mkv')).toBe('a.mkv');
});
