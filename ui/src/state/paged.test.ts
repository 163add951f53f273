import { describe, expect, it, vi } from 'vitest';
import { PagedList, type Page } from './paged.svelte';

/** A list of numbers; `total` and `fail` may change between readings. */
function numbers(total: number) {
  const source = { total, fail: false, reads: [] as number[] };
  const list = new PagedList<number, Page<number>>((offset, limit) => {
    source.reads.push(offset);
    if (source.fail) return Promise.reject(new Error('gone'));
    const rows = Array.from({ length: Math.max(0, Math.min(limit, source.total - offset)) }, (_, index) => offset + index);
    return Promise.resolve({ total: source.total, rows });
  }, 10);
  return { source, list };
}

describe('a paged list', () => {
  it('reads its first page when it is shown, and only then', async () => {
    const { source, list } = numbers(25);
    list.invalidate();
    expect(source.reads).toEqual([]);
    list.show();
    await vi.waitFor(() => { expect(list.status).toBe('ready'); });
    expect([list.total, list.row(9), list.row(10)]).toEqual([25, 9, undefined]);
    list.show();
    expect(source.reads).toEqual([0]);
  });

  it('reads the pages that come into view', async () => {
    const { list } = numbers(100);
    await list.reload();
    list.look(38, 52);
    await vi.waitFor(() => { expect(list.row(52)).toBe(52); });
    expect(list.row(38)).toBe(38);
    expect(list.row(15)).toBeUndefined();
  });

  it('reads again only what is in view, and forgets the rest', async () => {
    const { source, list } = numbers(100);
    await list.reload();
    list.look(50, 55);
    await vi.waitFor(() => { expect(list.row(55)).toBe(55); });
    source.reads.length = 0;
    await list.reload();
    expect(source.reads).toEqual([50]);
    expect(list.row(0)).toBeUndefined();
  });

  it('ignores an answer to an older question', async () => {
    const answers: ((page: Page<string>) => void)[] = [];
    const list = new PagedList<string, Page<string>>(() => new Promise((resolve) => answers.push(resolve)), 10);
    const old = list.reload();
    const fresh = list.restart();
    answers[0]?.({ total: 1, rows: ['old'] });
    await old;
    expect(list.row(0)).toBeUndefined();
    await vi.waitFor(() => { expect(answers).toHaveLength(2); });
    answers[1]?.({ total: 1, rows: ['new'] });
    await fresh;
    expect(list.row(0)).toBe('new');
  });

  it('says why it could not be read, and heals', async () => {
    const { source, list } = numbers(5);
    source.fail = true;
    await list.reload();
    expect([list.status, list.error?.params['detail']]).toEqual(['failed', 'gone']);
    source.fail = false;
    await list.reload();
    expect([list.status, list.error]).toEqual(['ready', null]);
  });

  it('finds a row wherever it is now', async () => {
    const { list } = numbers(30);
    await list.reload();
    list.look(0, 25);
    await vi.waitFor(() => { expect(list.row(25)).toBe(25); });
    expect(list.find((row) => row === 23)).toBe(23);
    expect(list.find((row) => row === 99)).toBeNull();
  });

  it('follows a total that shrinks below the view', async () => {
    const { source, list } = numbers(100);
    await list.reload();
    list.look(90, 99);
    await vi.waitFor(() => { expect(list.row(99)).toBe(99); });
    source.total = 12;
    await list.reload();
    await vi.waitFor(() => { expect(list.row(11)).toBe(11); });
    expect(list.total).toBe(12);
  });

  it('is empty again after a reset', async () => {
    const { list } = numbers(30);
    await list.reload();
    list.reset();
    expect([list.total, list.row(0), list.status]).toEqual([0, undefined, 'loading']);
  });
});
