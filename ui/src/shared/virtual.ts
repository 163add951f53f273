// The arithmetic of a list with rows of one height, of which only those in view exist.

export interface Window {
  /** The first row to draw. */
  first: number;
  /** One behind the last row to draw. */
  end: number;
}

/** The rows to draw for a scroll position, with some beyond both edges. */
export function visibleRange(scrollTop: number, height: number, rowHeight: number, count: number, overscan: number): Window {
  if (count <= 0 || rowHeight <= 0 || height <= 0) return { first: 0, end: 0 };
  const top = Math.max(0, scrollTop);
  const first = Math.min(count - 1, Math.floor(top / rowHeight));
  const end = Math.min(count, Math.ceil((top + height) / rowHeight));
  return { first: Math.max(0, first - overscan), end: Math.min(count, Math.max(end, first + 1) + overscan) };
}

/** The scroll position that brings a row fully into view with the least movement. */
export function scrollToRow(index: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  const bottom = top + rowHeight;
  return bottom > scrollTop + height ? bottom - height : scrollTop;
}

/** The scroll position that shows a row in the middle; the top for rows of the first view. */
export function scrollToMiddle(index: number, height: number, rowHeight: number): number {
  const bottom = (index + 1) * rowHeight;
  return bottom <= height ? 0 : bottom - (height + rowHeight) / 2;
}

/** The row that a key moves to; null for keys that do not move. */
export function moveBy(key: string, active: number, count: number, rowsPerPage: number): number | null {
  if (count === 0) return null;
  const page = Math.max(1, rowsPerPage - 1);
  const targets: Partial<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: count - 1,
  };
  const target = targets[key];
  return target === undefined ? null : Math.min(count - 1, Math.max(0, target));
}
