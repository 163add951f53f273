// One question at a time, asked before something that cannot be taken back or is large.

export interface Question {
  title: string;
  text: string;
  detail?: string | undefined;
  ok: string;
  /** The way out; "Cancel" where it says nothing better. */
  cancel?: string | undefined;
  danger?: boolean;
}

export class Confirmation {
  question = $state.raw<Question | null>(null);
  #answer: ((yes: boolean) => void) | undefined;

  /** Asks, and answers true only for a clear yes. */
  ask(question: Question): Promise<boolean> {
    this.answer(false);
    this.question = question;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  answer(yes: boolean): void {
    const resolve = this.#answer;
    this.#answer = undefined;
    this.question = null;
    resolve?.(yes);
  }
}
