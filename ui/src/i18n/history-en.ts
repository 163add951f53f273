// The English strings of the history. Its type is the contract for the other languages.

import { formatNumber, pluraliser } from './format';

const n = pluraliser('en');
const num = (value: number) => formatNumber(value, 'en');

export const historyEn = {
  title: 'History',
  rows: (count: number) => n(count, { one: '# entry', other: '# entries' }),
  matching: (count: number, all: number) => `${num(count)} of ${n(all, { one: '# entry', other: '# entries' })}`,
  list: 'What ended, newest first',
  search: 'Search series',
  kind: 'Type',
  kinds: { any: 'All types', download: 'Downloads', scan: 'Checks', queue: 'Queue', system: 'System', error: 'Errors' },
  names: { download: 'Download', scan: 'Check of the library', queue: 'Queue', system: 'Message of the program', error: 'Error' },
  outcome: 'Outcome',
  outcomes: { any: 'Any outcome', completed: 'Completed', failed: 'Failed', cancelled: 'Cancelled', skipped: 'Skipped' },
  ended: {
    completed: 'Completed',
    failed: 'Failed',
    cancelled: 'Cancelled',
    skipped: 'Skipped, the file exists',
  },
  period: 'Time',
  periods: { any: 'Any time', 1: 'Today', 7: 'Last 7 days', 30: 'Last 30 days', 365: 'Last 365 days' },
  attempt: (attempt: number) => `attempt ${num(attempt)}`,
  from: (source: string) => `from ${source}`,
  chart: 'Downloads per day',
  chartDays: (days: number) => n(days, { one: '# day', other: '# days' }),
  chartHint: 'Arrow keys move by days, Enter lists what ended on that day.',
  nothing: 'nothing downloaded',
  episodes: (count: number) => n(count, { one: '# episode', other: '# episodes' }),
  failures: (count: number) => n(count, { one: '# failed', other: '# failed' }),
  busy: (span: string) => `${span} busy`,
  legendFailed: 'Day with failed downloads',
  most: (day: string, size: string) => `Most on ${day}: ${size}`,
  none: 'No downloads in this time',
  today: 'Today',
  figures: {
    label: 'Downloads added up',
    last7: '7 days',
    last30: '30 days',
    total: 'All time',
    bytes: 'Downloaded',
    episodes: 'Episodes',
    failures: 'Failed',
    speed: 'Average speed',
    busy: 'Busy time',
    speedTip: 'Of one download while it ran.',
    busyTip: 'How long downloads ran. Two at a time count twice.',
  },
  export: 'Export',
  exportCsv: 'CSV for spreadsheets…',
  exportJson: 'JSON Lines for programs…',
  exported: (name: string, count: number) => `${n(count, { one: '# entry', other: '# entries' })} written to ${name}.`,
  emptyTitle: 'Nothing has ended yet',
  emptyText: 'Every download and every check leaves an entry here: what it was, how it ended, how much and how fast.',
  noMatchTitle: 'Nothing matches',
  noMatchText: 'No entry fits all of these filters.',
  clear: 'Clear filters',
  keep: 'Keep the history for',
  keepText: 'Entries older than this are forgotten. The figures of days stay. Leave it empty to keep everything.',
  keepDays: 'Days',
  keepUnit: 'days',
  keepForever: 'For ever',
};

export type HistoryMessages = typeof historyEn;
