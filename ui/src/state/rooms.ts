// Which operations the unions of this window bring: the page's side of the rules of the program's relay.
//
// Rooms of whole kinds bring only those downloads that a list shows, once it has told which. A room that names a
// series or one operation brings its downloads whatever that list shows.

import type { MessageData } from '../bridge/generated/MessageData';

/** The rooms of each union by the name of the union. */
export type Unions = ReadonlyMap<string, readonly string[]>;

/** The rooms that every page listens to. */
export const ROOMS: readonly string[] = ['downloads', 'scan', 'queue', 'system', 'errors'];
/** The name of their union. */
export const MAIN = 'main';

const KINDS: Partial<Record<string, MessageData['type']>> = {
  downloads: 'download',
  scan: 'scan',
  queue: 'queue',
  system: 'system',
  errors: 'error',
};

/** The room of the downloads of one series, by its folder. */
export function seriesRoom(folder: string): string {
  return `series:${folder}`;
}

/** Whether any union brings an operation; `rows` are the downloads of a list, null for all. */
export function brings(unions: Unions, rows: ReadonlySet<string> | null, data: MessageData): boolean {
  const inView = data.type !== 'download' || rows === null || rows.has(data.id);
  for (const rooms of unions.values()) {
    if (rooms.some((room) => holds(room, inView, data))) return true;
  }
  return false;
}

function holds(room: string, inView: boolean, data: MessageData): boolean {
  const colon = room.indexOf(':');
  if (colon < 0) return inView && KINDS[room] === data.type;
  const wanted = room.slice(colon + 1);
  switch (room.slice(0, colon)) {
    case 'series':
      return data.metadata['serie_folder'] === wanted;
    case 'progress':
      return data.id === wanted;
    case 'type':
      return inView && data.type === wanted;
    default:
      return false;
  }
}
