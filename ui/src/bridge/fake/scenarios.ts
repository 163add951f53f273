// The situations that can be looked at: `?fake=library`, and with colours and language `?fake=downloads,dark,de`.

import type { JobState } from '../generated/JobState';
import type { SourceRow } from '../generated/SourceRow';
import { makeJob, type FakeJob } from './jobs';
import { refusal } from './refusal';
import { makeSeries, type FakeSeries } from './series';
import type { FakeWorld } from './world';

const DAY = 86_400_000;
const GIB = 1_073_741_824;

function at(world: FakeWorld, ago: number): string {
  return new Date(world.time.now() - ago).toISOString();
}

function withLibrary(world: FakeWorld): void {
  world.library = { path: '/home/you/Videos/Series', reachable: true, free_bytes: 312 * GIB, last_scan_at: at(world, 1_800_000) };
}

export function makeSource(world: FakeWorld, more: Partial<SourceRow> = {}): SourceRow {
  const id = world.sources.length + 1;
  return {
    id,
    kind: 'directory',
    name: 'media.example.org',
    url: 'https://media.example.org/series/',
    episodes: 158,
    series: 6,
    completeness: 'complete',
    last_read_at: at(world, 1_800_000),
    error: null,
    ...more,
  };
}

function withSources(world: FakeWorld): void {
  world.sources.push(makeSource(world));
  world.sources.push(makeSource(world, { kind: 'feed', name: 'Harbour Lights', url: 'https://feeds.example.net/harbour-lights.xml', episodes: 40, series: 1, completeness: 'window' }));
}

function library(world: FakeWorld): void {
  withLibrary(world);
  world.history.lived(365);
  withSources(world);
  const specials = { seasons: [{ season: 1, episodes: 6 }, { season: 2, episodes: 8 }, { season: 0, episodes: 2 }] };
  const about = 'Twelve conductors, one winter, and a line that ends at the sea. Each night another carriage tells its story.';
  world.series = [
    makeSeries(1, [], 9, { title: 'Night Trains', description: about, ...specials }),
    makeSeries(2, [10, 10, 12], 32, { title: 'Harbour Lights' }),
    makeSeries(3, [8], 3, { title: 'Paper Gardens' }),
    makeSeries(4, [24, 24], 48, { title: 'The Winter Letters' }),
    makeSeries(5, [13], 12, { title: 'Copper Islands' }),
    makeSeries(6, [6, 6], 0, { title: 'Quiet Engines' }),
    makeSeries(7, [1_140], 1_102, { title: 'Salt and Stone: a daily chronicle of the northern coast' }),
    makeSeries(8, [10], 10, { title: 'Glass Rivers' }),
  ];
}

/** A job of the next missing episode of a series, in a state, so far done. */
function job(world: FakeWorld, series: FakeSeries, state: JobState, share: number, more: Partial<FakeJob> = {}): FakeJob {
  const taken = new Set(world.queue.jobs.map(({ row }) => row.progress_id));
  const episode = world.episodes(series).find((row) => row.state === 'missing' && !taken.has(row.progress_id));
  if (!episode) throw new Error(`${series.title} misses nothing more`);
  const made = makeJob(world.queue.jobs.length + 100_001, series, episode, world.time.now() - 60_000);
  Object.assign(made, more);
  made.row.state = state;
  made.row.bytes = Math.round((made.row.total ?? 0) * share);
  if (['completed', 'failed', 'cancelled', 'skipped'].includes(state)) made.row.finished_at = at(world, 300_000);
  world.queue.jobs.push(made);
  return made;
}

function downloads(world: FakeWorld): void {
  library(world);
  const [trains, , paper, , copper, engines, salt] = world.series as [FakeSeries, FakeSeries, FakeSeries, FakeSeries, FakeSeries, FakeSeries, FakeSeries];
  job(world, trains, 'downloading', 0.42);
  job(world, paper, 'downloading', 0.07);
  job(world, trains, 'verifying', 1);
  job(world, engines, 'waiting', 0.3, { until: world.time.now() + 12_000, reason: 'retry' }).row.error = refusal('connect', { host: 'media.example.org' });
  job(world, paper, 'downloading', 0.61, { reason: 'stalled' });
  job(world, engines, 'paused', 0.55);
  for (let index = 0; index < 4; index += 1) job(world, salt, 'queued', 0);
  job(world, copper, 'completed', 1);
  job(world, engines, 'failed', 0.2).row.error = refusal('not_found', { url: 'https://media.example.org/series/Quiet%20Engines/S01E03.mkv' });
  job(world, engines, 'cancelled', 0);
  job(world, engines, 'skipped', 1);
  world.queue.parallel = 5;
}

function errors(world: FakeWorld): void {
  library(world);
  const engines = world.series[5];
  if (!engines) return;
  const disk = { path: '/home/you/Videos/Series/Quiet Engines/Season 01' };
  const causes = [
    refusal('disk_full', disk),
    refusal('connect', { host: 'media.example.org' }),
    refusal('mismatch'),
    refusal('read_only', disk),
    refusal('web_page'),
  ];
  for (const cause of causes) job(world, engines, 'failed', 0.2).row.error = cause;
  world.sources.push(makeSource(world, { name: 'Archive', url: 'https://archive.example.org/files/', completeness: 'partial', error: refusal('timeout', { host: 'archive.example.org' }) }));
  const never = { completeness: null, last_read_at: null, episodes: 0, series: 0 };
  world.sources.push(makeSource(world, { name: 'old.example.com', url: 'https://old.example.com/', ...never, error: refusal('host_unknown', { host: 'old.example.com' }) }));
}

function many(world: FakeWorld): void {
  withLibrary(world);
  world.history.lived(730);
  withSources(world);
  for (let id = 1; id <= 10_000; id += 1) {
    const length = 12 + ((id * 13) % 90);
    world.series.push(makeSeries(id, [Math.ceil(length / 2), Math.floor(length / 2)], id % 3 === 0 ? length : (id * 7) % length));
  }
  world.add({ kind: 'series', series: 1 });
  for (let id = 2; id <= 200; id += 1) if (id % 3 !== 0) world.add({ kind: 'series', series: id });
}

function unreachable(world: FakeWorld): void {
  library(world);
  world.library = { path: '/media/you/Archive/Series', reachable: false, free_bytes: null, last_scan_at: at(world, 3 * DAY) };
}

function refused(world: FakeWorld): void {
  library(world);
  const broken = refusal('database_broken', { path: '/home/you/.local/share/aniworld/aniworld.db' });
  for (const command of ['series_list', 'series_detail', 'queue_list', 'source_list', 'history_list', 'history_figures']) world.refusals.set(command, broken);
}

function slow(world: FakeWorld): void {
  library(world);
  for (const command of ['series_list', 'series_detail', 'queue_list', 'source_list', 'history_list', 'history_figures']) world.refusals.set(command, null);
}

export const SCENARIOS = {
  firstrun: () => undefined,
  empty: withLibrary,
  library,
  downloads,
  errors,
  many,
  unreachable,
  refused,
  slow,
  nostart: (world) => { world.refusals.set('app_state', refusal('internal', { detail: 'the window asked too early' })); },
  demo: (world) => { library(world); world.demo = true; },
} satisfies Record<string, (world: FakeWorld) => void>;

export type ScenarioName = keyof typeof SCENARIOS;

/** Builds a situation from its name and what follows it: `dark`, `light`, `en`, `de`. */
export function build(world: FakeWorld, scenario: string): void {
  const [name = '', ...wishes] = scenario.split(',');
  const scene = (SCENARIOS as Partial<Record<string, (world: FakeWorld) => void>>)[name];
  if (!scene) throw new Error(`There is no scenario "${name}": ${Object.keys(SCENARIOS).join(', ')}`);
  for (const wish of wishes) {
    if (wish === 'dark' || wish === 'light') world.settings.theme = wish;
    else if (wish === 'en' || wish === 'de') world.settings.language = wish;
  }
  scene(world);
  for (const made of world.queue.jobs) world.queue.publish(made);
  world.queue.announce('opened');
}
