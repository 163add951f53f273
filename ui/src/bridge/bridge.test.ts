import { describe, expect, it } from 'vitest';
import { toCommandError } from './bridge';
import { counted } from './counter';
import { fakeBridge } from './fake';
import { ManualTime } from './fake/time';

describe('whatever was thrown', () => {
  it('by the program is taken as it is', () => {
    const error = { code: 'connect', message: 'm', hint: 'h', params: { host: 'x' } };
    expect(toCommandError(error)).toEqual(error);
    expect(toCommandError({ code: 'connect', message: 'm' })).toEqual({ code: 'connect', message: 'm', hint: '', params: {} });
  });

  it.each([[new Error('odd'), 'odd'], ['odd', 'odd'], [undefined, 'undefined']])('by anything else is an internal error', (thrown, detail) => {
    expect(toCommandError(thrown)).toMatchObject({ code: 'internal', params: { detail } });
  });
});

describe('the count of what goes through', () => {
  it('is kept by name', async () => {
    const time = new ManualTime();
    const bridge = counted(fakeBridge('downloads', time));
    await bridge.invoke('app_state');
    await bridge.invoke('app_state');
    await bridge.listen('progress-frame', () => undefined);
    await bridge.invoke('progress_join', { request: { rooms: ['downloads'] } });
    time.advance(400);
    expect(window.__aniworldBridge?.invokes).toEqual({ app_state: 2, progress_join: 1 });
    expect(window.__aniworldBridge?.frames).toBe(2);
  });
});

describe('the fake', () => {
  it('names its scenarios when it is asked for another', () => {
    expect(() => fakeBridge('nonsense', new ManualTime())).toThrow(/firstrun.*many/);
  });

  it('loads everything in the queue, one after the other', async () => {
    const time = new ManualTime();
    const { invoke, world } = fakeBridge('library', time);
    await invoke('queue_add', { selection: { kind: 'all' } });
    time.advance(3_600_000);
    expect(world.queue.counts()).toEqual({ pending: 0, active: 0, completed: 63, failed: 0 });
    expect((await invoke('series_list', { query: { text: '', filter: 'incomplete', offset: 0, limit: 10 } })).total).toBe(0);
  });
});
