// Reloads on demand: many requests become one run, and never two runs at once. It owns no clock of its
// own: without a request nothing happens.

export class Refresher {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(
    private readonly run: () => Promise<void>,
    private readonly delayMs = 100,
  ) {}

  /** Runs soon; requests until then are the same one. */
  request(): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.now();
    }, this.delayMs);
  }

  /** Runs at once, or after the run that is under way. */
  async now(): Promise<void> {
    this.cancel();
    while (this.#running) await this.#running;
    const running = this.run();
    this.#running = running;
    try {
      await running;
    } finally {
      this.#running = undefined;
    }
    if (this.#again) {
      this.#again = false;
      this.request();
    }
  }

  /** Forgets a request that has not begun to run. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
