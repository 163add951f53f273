// The only door between the page and the program. Two implementations: Tauri, and a fake for browsers and tests.

import type { AppState } from './generated/AppState';
import type { CommandError } from './generated/CommandError';
import type { ExportForm } from './generated/ExportForm';
import type { Frame } from './generated/Frame';
import type { HistoryExported } from './generated/HistoryExported';
import type { HistoryFigures } from './generated/HistoryFigures';
import type { HistoryPage } from './generated/HistoryPage';
import type { HistoryQuery } from './generated/HistoryQuery';
import type { JobAction } from './generated/JobAction';
import type { JoinAnswer } from './generated/JoinAnswer';
import type { JoinRequest } from './generated/JoinRequest';
import type { OperationReport } from './generated/OperationReport';
import type { QueueAdded } from './generated/QueueAdded';
import type { QueuePage } from './generated/QueuePage';
import type { QueueQuery } from './generated/QueueQuery';
import type { Selection } from './generated/Selection';
import type { SeriesDetail } from './generated/SeriesDetail';
import type { SeriesPage } from './generated/SeriesPage';
import type { SeriesQuery } from './generated/SeriesQuery';
import type { Settings } from './generated/Settings';
import type { SettingsPatch } from './generated/SettingsPatch';
import type { SourceAdd } from './generated/SourceAdd';
import type { SourceRow } from './generated/SourceRow';

/** Every command: its argument object and what it answers. A rejection is always a `CommandError`. */
export interface Commands {
  app_state: { args: undefined; answer: AppState };
  library_pick: { args: undefined; answer: string | null };
  library_set: { args: { path: string }; answer: AppState };
  library_rescan: { args: undefined; answer: null };
  series_list: { args: { query: SeriesQuery }; answer: SeriesPage };
  series_detail: { args: { id: number }; answer: SeriesDetail | null };
  source_list: { args: undefined; answer: SourceRow[] };
  source_add: { args: { source: SourceAdd }; answer: SourceRow };
  source_refresh: { args: { id: number }; answer: SourceRow };
  source_remove: { args: { id: number }; answer: null };
  queue_add: { args: { selection: Selection }; answer: QueueAdded };
  queue_list: { args: { query: QueueQuery }; answer: QueuePage };
  queue_act: { args: { id: number; action: JobAction }; answer: null };
  queue_pause_all: { args: undefined; answer: null };
  queue_resume_all: { args: undefined; answer: null };
  queue_clear_finished: { args: undefined; answer: null };
  history_list: { args: { query: HistoryQuery }; answer: HistoryPage };
  history_figures: { args: { days: number }; answer: HistoryFigures };
  history_export: { args: { query: HistoryQuery; form: ExportForm }; answer: HistoryExported | null };
  operation_report: { args: { operation: string; job: number | null }; answer: OperationReport };
  settings_set: { args: { patch: SettingsPatch }; answer: Settings };
  demo_start: { args: undefined; answer: AppState };
  demo_stop: { args: undefined; answer: AppState };
  open_folder: { args: { series: number | null }; answer: null };
  progress_join: { args: { request: JoinRequest }; answer: JoinAnswer };
  progress_leave: { args: { name: string }; answer: null };
  progress_rooms: { args: undefined; answer: JoinRequest[] };
  progress_heard: { args: { frames: number }; answer: null };
  progress_visible_rows: { args: { ids: string[] | null }; answer: null };
  window_ready: { args: undefined; answer: null };
  app_quit: { args: undefined; answer: null };
}

export type CommandName = keyof Commands;

/** The arguments as a tuple, so that commands without any are called with the name alone. */
export type CommandArgs<N extends CommandName> = Commands[N]['args'] extends undefined
  ? []
  : [args: Commands[N]['args']];

/** Something the program wants to say once. */
export interface AppNotice {
  code: string;
  params: Record<string, string>;
}

/** Every event that the program sends to this window. */
export interface Events {
  'progress-frame': Frame;
  'app-notice': AppNotice;
}

export type EventName = keyof Events;

export interface Bridge {
  invoke<N extends CommandName>(name: N, ...args: CommandArgs<N>): Promise<Commands[N]['answer']>;
  /** Resolves once the listener is in place; the answer removes it. */
  listen<E extends EventName>(event: E, handler: (payload: Events[E]) => void): Promise<() => void>;
}

/** Whatever was thrown, as a `CommandError`. */
export function toCommandError(thrown: unknown): CommandError {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown) {
    return { hint: '', params: {}, ...thrown } as CommandError;
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'internal', message: detail, hint: '', params: { detail } };
}
