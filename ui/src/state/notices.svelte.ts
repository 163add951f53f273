// Short notices in the corner of the window. A bounded number; each leaves by itself or when dismissed.

import type { CommandError } from '../bridge/generated/CommandError';

const LIMIT = 4;
const SHOWN_MS = 6_000;

export interface NoticeAction {
  label: string;
  run: () => void;
}

export interface Notice {
  id: number;
  tone: 'info' | 'success' | 'error';
  /** A text, or a failure that the window puts into words. */
  content: string | CommandError;
  action: NoticeAction | undefined;
}

export interface NoticeOptions {
  tone?: 'info' | 'success';
  action?: NoticeAction;
  /** Stays until it is dismissed. */
  stays?: boolean;
}

export class Notices {
  list = $state.raw<readonly Notice[]>([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  say(text: string, { tone = 'info', action, stays = false }: NoticeOptions = {}): void {
    this.#add({ id: this.#next++, tone, content: text, action }, stays);
  }

  fail(error: CommandError): void {
    this.#add({ id: this.#next++, tone: 'error', content: error, action: undefined }, true);
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  #add(notice: Notice, stays: boolean): void {
    for (const old of this.list.slice(0, Math.max(0, this.list.length + 1 - LIMIT))) this.dismiss(old.id);
    this.list = [...this.list, notice];
    if (!stays) this.#timers.set(notice.id, setTimeout(() => { this.dismiss(notice.id); }, SHOWN_MS));
  }
}
