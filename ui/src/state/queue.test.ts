import { describe, expect, it } from 'vitest';
import { fakeBridge } from '../bridge/fake';
import { ManualTime } from '../bridge/fake/time';
import type { JobState } from '../bridge/generated/JobState';
import { operation } from '../testing/messages';
import { actionsOf, liveOf, QueueList, stateOf } from './queue.svelte';

describe('the live operation of a row', () => {
  it('is its own, not that of another job of the same episode', () => {
    const data = operation('a', { metadata: { job: 8 } });
    expect(liveOf({ id: 7, state: 'downloading' }, data)).toBeUndefined();
    expect(liveOf({ id: 8, state: 'downloading' }, data)).toBe(data);
  });

  it('is not the end of the try before', () => {
    expect(stateOf({ id: 7, state: 'queued' }, operation('a', { status: 'failed' }))).toBe('queued');
  });

  it('never reopens what has ended', () => {
    expect(stateOf({ id: 7, state: 'completed' }, operation('a'))).toBe('completed');
  });

  it('wins while the list lags behind', () => {
    expect(stateOf({ id: 7, state: 'queued' }, operation('a'))).toBe('downloading');
    expect(stateOf({ id: 7, state: 'downloading' }, operation('a', { status: 'completed' }))).toBe('completed');
    expect(stateOf({ id: 7, state: 'paused' }, undefined)).toBe('paused');
  });
});

describe('the buttons of a row', () => {
  it.each<[JobState, string[]]>([
    ['queued', ['pause', 'cancel']],
    ['downloading', ['pause', 'cancel']],
    ['waiting', ['pause', 'cancel']],
    ['paused', ['resume', 'cancel']],
    ['moving', ['cancel']],
    ['failed', ['retry', 'remove']],
    ['cancelled', ['retry', 'remove']],
    ['completed', ['remove']],
    ['skipped', ['remove']],
  ])('of a %s job are %j', (state, actions) => {
    expect(actionsOf(state)).toEqual(actions);
  });
});

describe('the list of downloads', () => {
  it('asks for its filter', async () => {
    const bridge = fakeBridge('downloads', new ManualTime());
    const queue = new QueueList(bridge);
    queue.setFilter('failed');
    await queue.list.reload();
    const states = [queue.list.row(0)?.state, queue.list.row(1)?.state, queue.list.row(2)];
    expect(states).toEqual(['cancelled', 'failed', undefined]);
  });

  it('keeps its selection with the download when the list moves it', async () => {
    const bridge = fakeBridge('downloads', new ManualTime());
    const queue = new QueueList(bridge);
    await queue.list.reload();
    queue.active = 2;
    queue.hold();
    const selected = queue.list.row(2);
    // it ends, and moves from the top to the past
    await queue.act(selected?.id ?? 0, 'cancel');
    await queue.list.reload();
    queue.follow();
    expect(queue.list.row(queue.active)?.id).toBe(selected?.id);
    expect(queue.active).not.toBe(2);
  });

  it('begins at the top after another filter', async () => {
    const queue = new QueueList(fakeBridge('downloads', new ManualTime()));
    await queue.list.reload();
    queue.active = 3;
    queue.hold();
    queue.setFilter('active');
    await queue.list.reload();
    queue.follow();
    expect(queue.active).toBe(0);
  });
});
