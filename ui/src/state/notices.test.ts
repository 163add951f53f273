import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Confirmation } from './confirmation.svelte';
import { Notices } from './notices.svelte';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

describe('notices', () => {
  it('leave by themselves, but a failure stays', () => {
    const notices = new Notices();
    notices.say('done', { tone: 'success' });
    notices.fail({ code: 'connect', message: '', hint: '', params: {} });
    vi.advanceTimersByTime(60_000);
    expect(notices.list.map(({ tone }) => tone)).toEqual(['error']);
    notices.dismiss(notices.list[0]?.id ?? 0);
    expect(notices.list).toEqual([]);
  });

  it('are few: the oldest makes room', () => {
    const notices = new Notices();
    for (let count = 1; count <= 10; count += 1) notices.say(String(count), { stays: true });
    expect(notices.list.map(({ content }) => content)).toEqual(['7', '8', '9', '10']);
  });
});

describe('a question', () => {
  const question = { title: 'Sure?', text: '', ok: 'Yes' };

  it('is answered once', async () => {
    const confirmation = new Confirmation();
    const answer = confirmation.ask(question);
    expect(confirmation.question).toBe(question);
    confirmation.answer(true);
    confirmation.answer(false);
    expect(await answer).toBe(true);
    expect(confirmation.question).toBeNull();
  });

  it('that another one replaces was answered with no', async () => {
    const confirmation = new Confirmation();
    const first = confirmation.ask(question);
    void confirmation.ask({ ...question, title: 'Really?' });
    expect(await first).toBe(false);
    expect(confirmation.question?.title).toBe('Really?');
  });
});
