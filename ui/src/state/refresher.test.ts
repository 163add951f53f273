import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Loaded } from './loaded.svelte';
import { Refresher } from './refresher';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

describe('a refresher', () => {
  it('makes one run of many requests', async () => {
    const run = vi.fn(() => Promise.resolve());
    const refresher = new Refresher(run, 100);
    for (let count = 0; count < 50; count += 1) refresher.request();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('never runs twice at once, and runs again for what came meanwhile', async () => {
    let end: () => void = () => undefined;
    const run = vi.fn(() => new Promise<void>((resolve) => { end = resolve; }));
    const refresher = new Refresher(run, 100);
    void refresher.now();
    refresher.request();
    refresher.request();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(run).toHaveBeenCalledTimes(1);
    end();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('has no clock while nothing was asked', () => {
    new Refresher(() => Promise.resolve()).cancel();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a value that is read on demand', () => {
  it('is read when it is shown, and again only after a change', async () => {
    let count = 0;
    const loaded = new Loaded(() => Promise.resolve((count += 1)));
    expect(loaded.status).toBe('loading');
    loaded.show();
    await vi.advanceTimersByTimeAsync(0);
    expect([loaded.status, loaded.value]).toEqual(['ready', 1]);
    loaded.hide();
    loaded.invalidate();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(loaded.value).toBe(1);
    loaded.show();
    await vi.advanceTimersByTimeAsync(0);
    expect(loaded.value).toBe(2);
  });

  it('keeps what it knew beside the reason why it could not be read again', async () => {
    let broken = false;
    const loaded = new Loaded(() => (broken ? Promise.reject(new Error('gone')) : Promise.resolve('known')));
    await loaded.reload();
    broken = true;
    await loaded.reload();
    expect([loaded.status, loaded.value, loaded.error?.code]).toEqual(['failed', 'known', 'internal']);
    broken = false;
    await loaded.reload();
    expect(loaded.status).toBe('ready');
  });

  it('does not take an answer that belongs to another library', async () => {
    const answers: ((value: string) => void)[] = [];
    const loaded = new Loaded<string>(() => new Promise((resolve) => answers.push(resolve)));
    const reading = loaded.reload();
    loaded.reset();
    answers[0]?.('old');
    await reading;
    expect(loaded.value).toBeUndefined();
  });
});
