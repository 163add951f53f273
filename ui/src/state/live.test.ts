import { describe, expect, it, vi } from 'vitest';
import { fakeBridge } from '../bridge/fake';
import { ManualTime } from '../bridge/fake/time';
import { Live } from './live.svelte';

async function connected(scenario = 'downloads') {
  const time = new ManualTime();
  const bridge = fakeBridge(scenario, time);
  const live = new Live(bridge);
  await live.connect();
  const joins = () => bridge.sent.filter(({ name }) => name === 'progress_join').length;
  return { time, bridge, live, joins };
}

const TRAINS = 'download_Night Trains_2_4';

describe('the live side', () => {
  it('knows the snapshot, then follows frames without asking again', async () => {
    const { time, live, joins } = await connected();
    const before = live.operations.get(TRAINS)?.current ?? 0;
    time.advance(2_000);
    expect(live.operations.get(TRAINS)?.current).toBeGreaterThan(before);
    expect(live.connected).toBe(true);
    expect(joins()).toBe(1);
  });

  it('reports the frames that came, a few at a time', async () => {
    const { time, bridge } = await connected();
    let frames = 0;
    await bridge.listen('progress-frame', () => { frames += 1; });
    time.advance(20_000);
    await vi.waitFor(() => { expect(bridge.world.relay.heard).toBeGreaterThan(frames - 16); });
    expect(frames).toBeGreaterThan(32);
    expect(bridge.world.relay.heard).toBeLessThanOrEqual(frames);
    const reports = bridge.sent.filter(({ name }) => name === 'progress_heard').length;
    expect(reports).toBeLessThanOrEqual(frames / 16);
  });

  it('reports again what could not be reported, without a frame to do it with', async () => {
    const { time, bridge } = await connected();
    bridge.world.refusals.set('progress_heard', { code: 'internal', message: 'not now', hint: '', params: {} });
    time.advance(4_000);
    expect(bridge.world.relay.heard).toBe(0);
    bridge.world.refusals.delete('progress_heard');
    await vi.waitFor(() => { expect(bridge.world.relay.heard).toBeGreaterThanOrEqual(16); }, 3_000);
  });

  it('keeps nothing from other listeners when one throws, and reports the frame all the same', async () => {
    const { time, bridge, live } = await connected();
    let heard = 0;
    live.onChange(() => { throw new Error('a mistake in a view'); });
    live.onChange(() => { heard += 1; });
    expect(() => { for (let second = 0; second < 30; second += 1) try { time.advance(200); } catch { /* the mistake */ } }).not.toThrow();
    expect(heard).toBeGreaterThan(10);
    await vi.waitFor(() => { expect(bridge.world.relay.heard).toBeGreaterThan(0); });
  });

  it('joins again after a lost frame, once, and knows everything then', async () => {
    const { time, bridge, live, joins } = await connected();
    bridge.world.relay.loseFrame();
    time.advance(200);
    await vi.waitFor(() => { expect(joins()).toBe(2); });
    time.advance(1_000);
    const bytes = bridge.world.queue.jobOf(TRAINS)?.row.bytes;
    await vi.waitFor(() => { expect(live.operations.get(TRAINS)?.current).toBe(bytes); });
    expect(joins()).toBe(2);
  });

  it('joins again when the source of progress was replaced', async () => {
    const { time, bridge, joins } = await connected();
    bridge.world.relay.epoch = 2;
    time.advance(200);
    await vi.waitFor(() => { expect(joins()).toBe(2); });
  });

  it('tells which rows are in view only when that changed', async () => {
    const { bridge, live } = await connected();
    const told = () => bridge.sent.filter(({ name }) => name === 'progress_visible_rows').map(({ args }) => args);
    live.showRows([TRAINS, 'b']);
    live.showRows(['b', TRAINS]);
    await vi.waitFor(() => { expect(told()).toEqual([{ ids: ['b', TRAINS] }]); });
    live.showRows([]);
    await vi.waitFor(() => { expect(told()).toHaveLength(2); });
    expect(live.operations.has(TRAINS)).toBe(false);
    expect(live.queue?.type).toBe('queue');
  });

  it('tells listeners what was and what is', async () => {
    const { time, live } = await connected();
    const seen: [number | undefined, number | undefined][] = [];
    const end = live.onChange(({ id, before, after }) => { if (id === TRAINS) seen.push([before?.current, after?.current]); });
    time.advance(200);
    end();
    time.advance(200);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.[1]).toBeGreaterThan(seen[0]?.[0] ?? 0);
  });
});
