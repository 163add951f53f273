// The arithmetic of the chart of days. Pure.

import type { HistoryDay } from '../../bridge/generated/HistoryDay';

/** The height of each bar, 0 to 1 of the highest; what is more than nothing can be seen. */
export function heightsOf(days: readonly HistoryDay[]): number[] {
  const most = mostOf(days);
  return days.map(({ bytes }) => (bytes === 0 ? 0 : Math.max(0.02, bytes / most)));
}

/** The most bytes of a day. */
export function mostOf(days: readonly HistoryDay[]): number {
  return days.reduce((most, { bytes }) => Math.max(most, bytes), 0);
}

/** Days to write below the axis: so many, evenly apart, the first and the last among them. */
export function labelsOf(count: number, labels: number): number[] {
  if (count === 0) return [];
  const wanted = Math.min(labels, count);
  return Array.from({ length: wanted }, (_, index) => (wanted === 1 ? 0 : Math.round((index * (count - 1)) / (wanted - 1))));
}

/** The bar under a point, 0 to 1 of the width. */
export function barAt(share: number, count: number): number | null {
  if (count === 0 || share < 0 || share > 1) return null;
  return Math.min(count - 1, Math.floor(share * count));
}

/** The bar that a key moves to; null for keys that do not move. */
export function moveTo(key: string, at: number, count: number): number | null {
  const targets: Partial<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    PageUp: at - 7,
    PageDown: at + 7,
    Home: 0,
    End: count - 1,
  };
  const target = targets[key];
  return target === undefined || count === 0 ? null : Math.min(count - 1, Math.max(0, target));
}
