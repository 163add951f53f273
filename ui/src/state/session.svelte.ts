// Everything that one window holds: the bridge, the live progress, the lists, and where the window is.

import { createContext } from 'svelte';
import { toCommandError, type AppNotice, type Bridge } from '../bridge/bridge';
import type { AppState } from '../bridge/generated/AppState';
import type { CommandError } from '../bridge/generated/CommandError';
import type { Selection } from '../bridge/generated/Selection';
import type { SettingsPatch } from '../bridge/generated/SettingsPatch';
import type { SourceRow } from '../bridge/generated/SourceRow';
import { i18n } from '../i18n/i18n.svelte';
import { Confirmation } from './confirmation.svelte';
import { HistoryList } from './history.svelte';
import { LibraryList } from './library.svelte';
import { Live } from './live.svelte';
import { Loaded } from './loaded.svelte';
import { Navigation } from './navigation.svelte';
import { Notices } from './notices.svelte';
import { changesLists, endsAnAttempt, isTerminal } from './operation';
import type { Change } from './progress';
import { QueueList } from './queue.svelte';

export class Session {
  app = $state.raw<AppState | null>(null);
  startError = $state.raw<CommandError | null>(null);
  /** The first run shows its second step until a source was added or left for later. */
  choosingSource = $state(false);
  readonly live: Live;
  readonly library: LibraryList;
  readonly queue: QueueList;
  readonly history: HistoryList;
  readonly sources: Loaded<SourceRow[]>;
  readonly navigation = new Navigation();
  readonly notices = new Notices();
  readonly confirmation = new Confirmation();
  #openSeries = new Set<{ invalidate: () => void }>();

  constructor(readonly bridge: Bridge) {
    this.live = new Live(bridge);
    this.library = new LibraryList(bridge);
    this.queue = new QueueList(bridge);
    this.history = new HistoryList(bridge);
    this.sources = new Loaded(() => bridge.invoke('source_list'));
    this.live.onChange((change) => { this.#changed(change); });
  }

  get isFirstRun(): boolean {
    const app = this.app;
    return app !== null && !app.demo && (app.library === null || this.choosingSource);
  }

  /** Learns what there is, then begins to listen. */
  async start(): Promise<void> {
    this.startError = null;
    try {
      this.#adopt(await this.bridge.invoke('app_state'));
      await this.bridge.listen('app-notice', (notice) => { this.#notice(notice); });
      await this.live.connect();
    } catch (thrown) {
      this.startError = toCommandError(thrown);
    }
  }

  /** Runs an action of the user; a failure is said in a notice. Answers whether it went well. */
  async attempt(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (thrown) {
      this.notices.fail(toCommandError(thrown));
      return false;
    }
  }

  /** A series that is open is read again with the lists; the answer ends it. */
  follow(series: { invalidate: () => void }): () => void {
    this.#openSeries.add(series);
    return () => this.#openSeries.delete(series);
  }

  async setLibrary(path: string): Promise<void> {
    this.#adopt(await this.bridge.invoke('library_set', { path }));
    this.resetLists();
  }

  async rescan(): Promise<void> {
    await this.bridge.invoke('library_rescan');
  }

  async download(selection: Selection): Promise<void> {
    const { added, already_queued, bytes } = await this.bridge.invoke('queue_add', { selection });
    this.#invalidateLists();
    const { t } = i18n;
    const text = added > 0 ? t.queue.added(added, bytes > 0 ? i18n.bytes(bytes) : null) : t.queue.alreadyThere(already_queued);
    this.notices.say(text, {
      tone: added > 0 ? 'success' : 'info',
      action: { label: t.queue.show, run: () => { this.navigation.go('downloads'); } },
    });
  }

  async changeSettings(patch: SettingsPatch): Promise<void> {
    await this.bridge.invoke('settings_set', { patch });
    await this.refreshApp();
  }

  async switchDemo(on: boolean): Promise<void> {
    this.#adopt(await this.bridge.invoke(on ? 'demo_start' : 'demo_stop'));
    this.choosingSource = false;
    this.navigation.go('library');
    this.resetLists();
  }

  async refreshApp(): Promise<void> {
    this.#adopt(await this.bridge.invoke('app_state'));
  }

  resetLists(): void {
    this.library.reset();
    this.queue.reset();
    this.history.reset();
    this.sources.reset();
  }

  /** Sources were added, read or removed: what is missing may be something else now. */
  sourcesChanged(): void {
    this.sources.invalidate();
    this.library.list.invalidate();
    void this.refreshApp().catch(() => undefined);
  }

  #adopt(app: AppState): void {
    this.app = app;
    i18n.language = app.language;
  }

  #changed(change: Change): void {
    if (endsAnAttempt(change)) this.history.invalidate();
    if (!changesLists(change)) return;
    this.#invalidateLists();
    const { after } = change;
    if (after?.type === 'scan' && isTerminal(after.status)) {
      this.sources.invalidate();
      // "last checked" is part of the program's state
      void this.refreshApp().catch(() => undefined);
    }
  }

  #invalidateLists(): void {
    this.library.list.invalidate();
    this.queue.list.invalidate();
    for (const series of this.#openSeries) series.invalidate();
  }

  #notice({ code, params }: AppNotice): void {
    const words = i18n.t.notices;
    if (code === 'no_tray_close_minimises' || code === 'closed_to_tray') this.notices.say(words[code], { stays: true });
    else if (code === 'settings_field_reset') this.notices.say(words.settings_field_reset(params['field'] ?? ''), { stays: true });
  }
}

export const [getSession, setSession] = createContext<Session>();
