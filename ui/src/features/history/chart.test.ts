import { describe, expect, it } from 'vitest';
import type { HistoryDay } from '../../bridge/generated/HistoryDay';
import { barAt, heightsOf, labelsOf, moveTo } from './chart';

const days = (...bytes: number[]): HistoryDay[] =>
  bytes.map((value, index) => ({ day: `2026-11-0${String(index + 1)}`, bytes: value, episodes: 0, failures: 0, busy_s: 0, bytes_per_s: null }));

describe('the bars', () => {
  it('are as high as their share of the highest; little is seen, nothing is not', () => {
    expect(heightsOf(days(0, 50, 100, 1))).toEqual([0, 0.5, 1, 0.02]);
    expect(heightsOf(days(0, 0))).toEqual([0, 0]);
  });

  it.each([[0, 0], [0.499, 1], [0.5, 2], [1, 3], [1.01, null], [-0.01, null]])('at %f of the width is %s of four', (share, bar) => {
    expect(barAt(share, 4)).toBe(bar);
  });

  it('are reached by keys, and never left', () => {
    expect(['ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End', 'a'].map((key) => moveTo(key, 5, 10))).toEqual([4, 6, 0, 9, 0, 9, null]);
    expect(moveTo('Home', 0, 0)).toBeNull();
  });

  it('have labels at both ends and between', () => {
    expect(labelsOf(30, 4)).toEqual([0, 10, 19, 29]);
    expect(labelsOf(1, 4)).toEqual([0]);
    expect(labelsOf(0, 4)).toEqual([]);
  });
});
