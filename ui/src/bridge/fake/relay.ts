// The fake's relay: a snapshot for who joins, then frames, with the rows that the window shows.

import type { Frame } from '../generated/Frame';
import type { JoinAnswer } from '../generated/JoinAnswer';
import type { JoinRequest } from '../generated/JoinRequest';
import type { MessageData } from '../generated/MessageData';
import type { RoomMessage } from '../generated/RoomMessage';
import { brings, MAIN } from '../../state/rooms';

const ROOMS: Record<MessageData['type'], string> = {
  download: 'downloads',
  scan: 'scan',
  queue: 'queue',
  system: 'system',
  error: 'errors',
};

export class FakeRelay {
  epoch = 1;
  /** Frames that the page has reported. */
  heard = 0;
  #frame = 0;
  #seq = 0;
  #unions = new Map<string, string[]>();
  #rows: ReadonlySet<string> | null = null;
  #operations = new Map<string, MessageData>();
  #pending = new Map<string, MessageData>();

  constructor(private readonly send: (frame: Frame) => void) {}

  get(id: string): MessageData | undefined {
    return this.#operations.get(id);
  }

  /** An operation changed; the next frame says so. */
  put(data: MessageData): void {
    this.#operations.set(data.id, data);
    if (this.#shows(data)) this.#pending.set(data.id, data);
  }

  join({ name = MAIN, rooms, replace = false }: JoinRequest): JoinAnswer {
    if (replace) this.#unions.clear();
    this.#unions.set(name, rooms);
    const union = new Map([[name, rooms]]);
    const shown = [...this.#operations.values()].filter((data) => brings(union, this.#rows, data));
    for (const { id } of shown) this.#pending.delete(id);
    return { epoch: this.epoch, frame: this.#frame, messages: shown.map((data) => this.#message(data)) };
  }

  leave(name: string): void {
    this.#unions.delete(name);
  }

  rooms(): JoinRequest[] {
    return [...this.#unions].map(([name, rooms]) => ({ name, rooms }));
  }

  showRows(ids: readonly string[] | null): void {
    const before = this.#rows;
    this.#rows = ids === null ? null : new Set(ids);
    for (const id of ids ?? []) {
      const data = this.#operations.get(id);
      if (data && before?.has(id) !== true) this.#pending.set(id, data);
    }
  }

  /** Sends what has gathered. */
  flush(): void {
    if (this.#unions.size === 0 || this.#pending.size === 0) return;
    const messages = [...this.#pending.values()].filter((data) => this.#shows(data)).map((data) => this.#message(data));
    this.#pending.clear();
    this.#frame += 1;
    this.send({ epoch: this.epoch, frame: this.#frame, messages });
  }

  /** A frame goes missing: the next one shows a jump. */
  loseFrame(): void {
    this.#frame += 1;
  }

  #shows(data: MessageData): boolean {
    return brings(this.#unions, this.#rows, data);
  }

  #message(data: MessageData): RoomMessage {
    this.#seq += 1;
    return { room: ROOMS[data.type], seq: this.#seq, type: `${data.type}_progress`, data };
  }
}
