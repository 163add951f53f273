// An invented series: how many episodes it has, and how many of them are on disk.

import type { EpisodeRow } from '../generated/EpisodeRow';
import { episodeSize, episodeTitle, seriesTitle } from './titles';

export interface FakeSeries {
  id: number;
  title: string;
  folder: string;
  description: string | null;
  /** The number of episodes per season; the one of specials comes last. */
  seasons: { season: number; episodes: number }[];
  /** The first so many episodes are on disk. */
  have: number;
  source: string;
}

export function makeSeries(id: number, seasons: number[], have: number, more: Partial<FakeSeries> = {}): FakeSeries {
  const title = more.title ?? seriesTitle(id - 1);
  return {
    id,
    title,
    folder: title,
    description: null,
    seasons: seasons.map((episodes, index) => ({ season: index + 1, episodes })),
    have,
    source: 'media.example.org',
    ...more,
  };
}

export function lengthOf(series: FakeSeries): number {
  return series.seasons.reduce((sum, { episodes }) => sum + episodes, 0);
}

export function progressId(series: FakeSeries, season: number, number: string): string {
  return `download_${series.folder}_${String(season)}_${number}`;
}

/** Its episodes as a source and the disk show them, without what the queue did since. */
export function episodesOf(series: FakeSeries): EpisodeRow[] {
  const rows: EpisodeRow[] = [];
  for (const { season, episodes } of series.seasons) {
    for (let number = 1; number <= episodes; number += 1) {
      const index = rows.length;
      const title = episodeTitle(index + series.id);
      const have = index < series.have;
      rows.push({
        id: series.id * 10_000 + index,
        season,
        number: String(number),
        version: 1,
        title,
        air_date: have ? null : '2026-03-14',
        state: have ? 'have' : 'missing',
        progress_id: progressId(series, season, String(number)),
        job: null,
        size: episodeSize(index + series.id),
        file: have ? fileOf(series, season, number, title) : null,
        source: have ? null : series.source,
      });
    }
  }
  return rows;
}

export function fileOf(series: FakeSeries, season: number, number: number, title: string | null): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const name = [series.title, `S${two(season)}E${two(number)}`, title].filter(Boolean).join(' - ');
  return `${series.folder}/Season ${two(season)}/${name}.mkv`;
}
