import { describe, expect, it } from 'vitest';
import { moveBy, scrollToMiddle, scrollToRow, visibleRange, type Window } from './virtual';

describe('the rows to draw', () => {
  it.each<[string, Parameters<typeof visibleRange>, Window]>([
    ['at the top', [0, 500, 50, 1_000, 2], { first: 0, end: 12 }],
    ['in the middle, with some beyond both edges', [1_025, 500, 50, 1_000, 2], { first: 18, end: 33 }],
    ['at the bottom', [49_500, 500, 50, 1_000, 2], { first: 988, end: 1_000 }],
    ['of a short list', [0, 500, 50, 3, 2], { first: 0, end: 3 }],
    ['below the end, after the list became shorter', [9_000, 500, 50, 20, 2], { first: 17, end: 20 }],
    ['while it is dragged above its top', [-80, 500, 50, 1_000, 0], { first: 0, end: 10 }],
    ['of nothing', [0, 500, 50, 0, 2], { first: 0, end: 0 }],
    ['before it has a height', [0, 0, 50, 10, 2], { first: 0, end: 0 }],
  ])('%s', (_name, args, expected) => {
    expect(visibleRange(...args)).toEqual(expected);
  });

  it('stay few, however long the list is', () => {
    const { first, end } = visibleRange(2_500_000, 900, 48, 1_000_000, 6);
    expect(end - first).toBeLessThan(40);
  });
});

describe('scrolling to a row', () => {
  it('moves as little as possible', () => {
    expect(scrollToRow(3, 0, 500, 50)).toBe(0);
    expect(scrollToRow(10, 0, 500, 50)).toBe(50);
    expect(scrollToRow(2, 400, 500, 50)).toBe(100);
  });

  it('puts a row into the middle, but leaves the first view alone', () => {
    expect(scrollToMiddle(4, 500, 50)).toBe(0);
    expect(scrollToMiddle(100, 500, 50)).toBe(4_775);
    expect(scrollToMiddle(-1, 500, 50)).toBe(0);
  });
});

describe('a key', () => {
  it.each([
    ['ArrowDown', 5, 6],
    ['ArrowUp', 5, 4],
    ['PageDown', 5, 14],
    ['PageUp', 5, 0],
    ['Home', 5, 0],
    ['End', 5, 99],
    ['ArrowUp', 0, 0],
    ['ArrowDown', 99, 99],
    ['ArrowDown', -1, 0],
    ['ArrowUp', -1, 0],
    ['Enter', 5, null],
  ])('%s from row %i leads to %s', (key, active, expected) => {
    expect(moveBy(key, active, 100, 10)).toBe(expected);
  });

  it('leads nowhere in an empty list', () => {
    expect(moveBy('End', 0, 0, 10)).toBeNull();
  });
});
