import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { secondsUntil } from './countdown.svelte';

const NOON = Date.parse('2026-11-24T12:00:00Z');

beforeEach(() => { vi.useFakeTimers({ now: NOON }); });
afterEach(() => { vi.useRealTimers(); });

/** Runs a countdown as a component would; the answer reads it and ends it. */
function countdown(until: string | null) {
  let seconds: () => number | null = () => null;
  const end = $effect.root(() => {
    const left = secondsUntil(() => until);
    seconds = () => left.seconds;
  });
  flushSync();
  return { seconds: () => { flushSync(); return seconds(); }, end };
}

describe('a countdown', () => {
  it('says the seconds that are left, and stops at the end', () => {
    const { seconds, end } = countdown('2026-11-24T12:00:03Z');
    expect(seconds()).toBe(3);
    vi.advanceTimersByTime(1_000);
    expect(seconds()).toBe(2);
    vi.advanceTimersByTime(2_000);
    expect(seconds()).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
    end();
  });

  it.each([[null], ['2026-11-24T11:59:00Z'], ['nonsense']])('until %s needs no clock', (until) => {
    const { seconds, end } = countdown(until);
    expect(seconds()).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
    end();
  });

  it('takes its clock away with it', () => {
    const { end } = countdown('2026-11-24T13:00:00Z');
    expect(vi.getTimerCount()).toBe(1);
    end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
