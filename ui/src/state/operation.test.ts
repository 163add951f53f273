import { describe, expect, it } from 'vitest';
import type { MessageData } from '../bridge/generated/MessageData';
import { operation } from '../testing/messages';
import { bottleneckOf, changesLists, failedSourcesOf, failureOf, isQueuePaused, jobStateOf, numberOf, queueCountsOf, textOf } from './operation';

describe('the state of a download', () => {
  it.each<[Partial<MessageData>, string]>([
    [{ status: 'started' }, 'starting'],
    [{ status: 'in_progress' }, 'downloading'],
    [{ status: 'in_progress', metadata: { phase: 'verifying' } }, 'verifying'],
    [{ status: 'in_progress', metadata: { phase: 'processing' } }, 'processing'],
    [{ status: 'in_progress', metadata: { phase: 'moving' } }, 'moving'],
    [{ status: 'in_progress', metadata: { phase: 'something new' } }, 'downloading'],
    [{ status: 'paused' }, 'paused'],
    [{ status: 'waiting', metadata: { reason: 'retry' } }, 'waiting'],
    [{ status: 'waiting', metadata: { reason: 'queued' } }, 'queued'],
    [{ status: 'completed' }, 'completed'],
    [{ status: 'completed', metadata: { reason: 'skipped' } }, 'skipped'],
    [{ status: 'failed' }, 'failed'],
    [{ status: 'cancelled' }, 'cancelled'],
  ])('%o is %s', (more, state) => {
    expect(jobStateOf(operation('a', more))).toBe(state);
  });

  it('is never completed because of a percentage', () => {
    expect(jobStateOf(operation('a', { percent: 100, current: 100 }))).toBe('downloading');
  });
});

describe('metadata', () => {
  it('is read only as what it should be', () => {
    const data = operation('a', { metadata: { eta_s: '5', phase: 3, speed_bytes_per_s: Number.NaN } });
    expect([numberOf(data, 'eta_s'), textOf(data, 'phase'), numberOf(data, 'speed_bytes_per_s')]).toEqual([null, null, null]);
    expect(numberOf(undefined, 'eta_s')).toBeNull();
  });

  it.each([
    [{ kind: 'host', host: 'archive.org' }, { kind: 'host', host: 'archive.org' }],
    [{ kind: 'hosts' }, { kind: 'hosts', host: '' }],
    [{ kind: 'disk' }, { kind: 'disk', host: '' }],
    [{ kind: 'speed_limit' }, { kind: 'speed_limit', host: '' }],
    [{ kind: 'host' }, null],
    [{ kind: 'the moon' }, null],
    ['disk', null],
    [undefined, null],
  ])('names the bottleneck of %o', (bottleneck, expected) => {
    expect(bottleneckOf(operation('a', { metadata: { bottleneck } }))).toEqual(expected);
  });

  it('of a failure gives its code and values, or the neutral one', () => {
    const known = operation('a', { metadata: { error_code: 'connect', params: { host: 'h' } } });
    expect(failureOf(known)).toMatchObject({ code: 'connect', params: { host: 'h' } });
    expect(failureOf(operation('a', { message: 'odd' }))).toMatchObject({ code: 'internal', params: { detail: 'odd' } });
  });
});

describe('a check', () => {
  const scan = (status: MessageData['status'], totals: unknown) => operation('library_scan', { type: 'scan', status, metadata: { totals } });

  it('says how many sources it could not read once it ended', () => {
    expect(failedSourcesOf(scan('completed', { failed_sources: 2 }))).toBe(2);
    expect(failedSourcesOf(scan('in_progress', { failed_sources: 2 }))).toBe(0);
    expect(failedSourcesOf(scan('completed', null))).toBe(0);
    expect(failedSourcesOf(undefined)).toBe(0);
  });
});

describe('the queue', () => {
  it('counts nothing before it is known', () => {
    expect(queueCountsOf(undefined)).toEqual({ pending: 0, active: 0, completed: 0, failed: 0 });
    expect(isQueuePaused(undefined)).toBe(false);
  });
});

describe('lists are read again', () => {
  const before = operation('a');
  const queue = (action: string, pending: number) =>
    operation('download_queue', { type: 'queue', metadata: { action, queue_status: { pending } } });
  const scan = (status: MessageData['status']) => operation('library_scan', { type: 'scan', status });

  it.each<[string, MessageData | undefined, MessageData | undefined, boolean]>([
    ['a sample of a download', before, operation('a', { percent: 50 }), false],
    ['a phase of a download', before, operation('a', { metadata: { phase: 'moving' } }), false],
    ['the end of a download', before, operation('a', { status: 'completed' }), true],
    ['the same end again', operation('a', { status: 'failed' }), operation('a', { status: 'failed' }), false],
    ['a pause', before, operation('a', { status: 'paused' }), true],
    ['a download out of view', before, undefined, false],
    ['speed of the queue', queue('opened', 1), queue('opened', 1), false],
    ['a count of the queue', queue('opened', 1), queue('opened', 2), true],
    ['an action of the queue', queue('opened', 1), queue('items_added', 1), true],
    ['a check that goes on', scan('started'), scan('in_progress'), false],
    ['a check that ended', scan('in_progress'), scan('completed'), true],
  ])('%s: %#', (_name, was, is, expected) => {
    expect(changesLists({ id: (is ?? was)?.id ?? '', before: was, after: is })).toBe(expected);
  });
});
