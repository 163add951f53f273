// One value that is read on demand and read again when something changed. It knows no domain.

import { toCommandError } from '../bridge/bridge';
import type { CommandError } from '../bridge/generated/CommandError';
import { Refresher } from './refresher';

export class Loaded<T> {
  value = $state.raw<T | undefined>(undefined);
  error = $state.raw<CommandError | null>(null);
  #shown = false;
  #stale = true;
  #version = 0;
  readonly #refresher = new Refresher(() => this.#read());

  constructor(private readonly read: () => Promise<T>) {}

  get status(): 'loading' | 'ready' | 'failed' {
    if (this.error) return 'failed';
    return this.value === undefined ? 'loading' : 'ready';
  }

  /** It came into view: reads it unless what is known still holds. */
  show(): void {
    this.#shown = true;
    if (this.#stale) void this.#refresher.now();
  }

  hide(): void {
    this.#shown = false;
  }

  /** Something changed: reads again soon, or when it is shown again. */
  invalidate(): void {
    this.#stale = true;
    if (this.#shown) this.#refresher.request();
  }

  reload(): Promise<void> {
    return this.#refresher.now();
  }

  reset(): void {
    this.#version += 1;
    this.value = undefined;
    this.error = null;
    this.invalidate();
  }

  async #read(): Promise<void> {
    const version = this.#version;
    this.#stale = false;
    try {
      const value = await this.read();
      if (version !== this.#version) return;
      this.value = value;
      this.error = null;
    } catch (thrown) {
      if (version !== this.#version) return;
      this.error = toCommandError(thrown);
      this.#stale = true;
    }
  }
}
