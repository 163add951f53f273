import { expect, it } from 'vitest';
import { dayOf, daysBefore } from './days';

it('a day is that of the local clock', () => {
  expect(dayOf(new Date(2026, 0, 9, 0, 0))).toBe('2026-01-09');
  expect(dayOf(new Date(2026, 11, 31, 23, 59))).toBe('2026-12-31');
});

it.each([['2026-03-01', 1, '2026-02-28'], ['2024-03-01', 1, '2024-02-29'], ['2026-01-01', 365, '2025-01-01'], ['2026-10-26', 1, '2026-10-25']])(
  '%s less %i days is %s',
  (day, count, before) => { expect(daysBefore(day, count)).toBe(before); },
);
