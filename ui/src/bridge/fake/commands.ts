// What each command does in the fake's world.

import type { CommandName, Commands } from '../bridge';
import type { SettingsPatch } from '../generated/SettingsPatch';
import type { SourceAdd } from '../generated/SourceAdd';
import type { SourceRow } from '../generated/SourceRow';
import type { TransferPatch } from '../generated/TransferPatch';
import type { TransferSettings } from '../generated/TransferSettings';
import { refusal } from './refusal';
import { build, makeSource } from './scenarios';
import { makeSeries } from './series';
import type { FakeScan } from './scan';
import { reportOf } from './story';
import type { FakeWorld } from './world';

type Handlers = { [N in CommandName]: (args: Commands[N]['args']) => Commands[N]['answer'] | Promise<Commands[N]['answer']> };

export function commandsOf(world: FakeWorld, scan: FakeScan): Handlers {
  const { queue, relay } = world;
  return {
    app_state: () => world.appState(),
    library_pick: () => '/home/you/Videos/Series',
    library_set: ({ path }) => setLibrary(world, path),
    library_rescan: () => scan.run(),
    series_list: ({ query }) => world.seriesPage(query),
    series_detail: ({ id }) => world.seriesDetail(id),
    source_list: () => world.sources.map((source) => ({ ...source })),
    source_add: ({ source }) => addSource(world, source),
    source_refresh: ({ id }) => refreshSource(world, id),
    source_remove: ({ id }) => {
      world.sources = world.sources.filter((source) => source.id !== id);
      return null;
    },
    queue_add: ({ selection }) => world.add(selection),
    queue_list: ({ query: { filter, offset, limit } }) => {
      const rows = queue.rows(filter).map((row) => ({ ...row }));
      return { total: rows.length, counts: queue.counts(), paused: queue.paused, rows: rows.slice(offset, offset + limit) };
    },
    queue_act: ({ id, action }) => done(() => { queue.act(id, action); }),
    queue_pause_all: () => done(() => { queue.pauseAll(true); }),
    queue_resume_all: () => done(() => { queue.pauseAll(false); }),
    queue_clear_finished: () => done(() => { queue.clearFinished(); }),
    history_list: ({ query }) => world.history.page(query),
    history_figures: ({ days }) => world.history.figures(days),
    history_export: ({ query, form }) => {
      if (world.savesTo === null) return null;
      return { path: `${world.savesTo}/aniworld-history.${form === 'csv' ? 'csv' : 'jsonl'}`, rows: world.history.count(query) };
    },
    operation_report: ({ operation, job }) => reportOf(world, operation, job),
    settings_set: ({ patch }) => changeSettings(world, patch),
    demo_start: () => {
      build(world, 'demo');
      return world.appState();
    },
    demo_stop: () => {
      world.demo = false;
      world.library = null;
      return world.appState();
    },
    open_folder: () => null,
    progress_join: ({ request }) => relay.join(request),
    progress_leave: ({ name }) => done(() => { relay.leave(name); }),
    progress_rooms: () => relay.rooms(),
    progress_heard: ({ frames }) => { relay.heard += frames; return null; },
    progress_visible_rows: ({ ids }) => done(() => { relay.showRows(ids); }),
    window_ready: () => null,
    app_quit: () => null,
  };
}

function done(run: () => void): null {
  run();
  return null;
}

function setLibrary(world: FakeWorld, path: string): Commands['library_set']['answer'] {
  if (path.includes('nowhere')) throw refusal('library_missing', { path });
  if (path.includes('.xml')) throw refusal('library_not_a_folder', { path });
  world.library = { path, reachable: true, free_bytes: 312_000_000_000, last_scan_at: null };
  return world.appState();
}

function addSource(world: FakeWorld, { url }: SourceAdd): SourceRow {
  if (!URL.canParse(url)) throw refusal('invalid_url', { url });
  const { hostname } = new URL(url);
  if (hostname.endsWith('.invalid')) throw refusal('host_unknown', { host: hostname });
  const known = world.sources.find((source) => source.url === url);
  if (known) throw refusal('source_exists', { name: known.name });
  const series = makeSeries(world.series.length + 1, [6], 4, { source: hostname });
  world.series.push(series);
  const kind = /\.(xml|json|rss)$/.test(url) ? 'feed' : 'directory';
  const source = makeSource(world, { kind, name: hostname, url, episodes: 6, series: 1, last_read_at: new Date(world.time.now()).toISOString() });
  world.sources.push(source);
  return { ...source };
}

function refreshSource(world: FakeWorld, id: number): SourceRow {
  const source = world.sources.find((other) => other.id === id);
  if (!source) throw refusal('source_unknown', { id: String(id) });
  if (source.error) throw source.error;
  source.last_read_at = new Date(world.time.now()).toISOString();
  return { ...source };
}

/** The password of a proxy is kept and never sent back, as in the program. */
function changeTransfers(settings: TransferSettings, patch: TransferPatch): TransferSettings {
  const { proxy } = patch;
  if (proxy === undefined || proxy === 'system' || proxy === 'off') return { ...settings, ...patch };
  const address = /^(https?|socks5h?):\/\/(?:[^@/]*@)?([^@/:]+(?::\d+)?)\/?$/.exec(proxy);
  if (!address) throw refusal('setting_invalid', { field: 'proxy' });
  return { ...settings, ...patch, proxy: `${address[1] ?? ''}://${address[2] ?? ''}` };
}

function changeSettings(world: FakeWorld, patch: SettingsPatch): Commands['settings_set']['answer'] {
  const { parallel_downloads: parallel, transfers, notifications, history_days: days, theme, language } = patch;
  if (parallel !== undefined) {
    if (parallel < 1 || parallel > 16) throw refusal('setting_invalid', { field: 'parallel_downloads' });
    world.settings.parallel_downloads = parallel;
    world.queue.parallel = parallel;
  }
  if (transfers !== undefined) world.settings.transfers = changeTransfers(world.settings.transfers, transfers);
  if (notifications !== undefined) world.settings.notifications = notifications;
  if (days !== undefined) {
    if (days < 0 || days > 36_500) throw refusal('setting_invalid', { field: 'history_days' });
    world.settings.history_days = days;
  }
  if (theme !== undefined) world.settings.theme = theme;
  if (language !== undefined) world.settings.language = language === 'system' ? null : language;
  return { ...world.settings };
}
