import { describe, expect, it, vi } from 'vitest';
import { fakeBridge } from '../bridge/fake';
import { ManualTime } from '../bridge/fake/time';
import { answer, frame, message, operation } from '../testing/messages';
import { Live } from './live.svelte';
import { apply, initialProgress, type ProgressInput, type Step } from './progress';
import { brings, MAIN, ROOMS, seriesRoom } from './rooms';

const TRAINS = 'download_Night Trains_2_4';
const PAPER = 'download_Paper Gardens_1_4';

async function connected() {
  const time = new ManualTime();
  const bridge = fakeBridge('downloads', time);
  const live = new Live(bridge);
  await live.connect();
  const sent = (name: string) => bridge.sent.filter((command) => command.name === name).map(({ args }) => args);
  const known = () => [...live.operations.values()].filter(({ type }) => type === 'download').map(({ id }) => id).sort();
  const names = async () => (await live.rooms()).map(({ name }) => name);
  /** No row is in view. */
  const hide = async () => {
    live.showRows([]);
    await vi.waitFor(() => { expect(known().filter((id) => id === PAPER)).toEqual([]); });
  };
  return { time, bridge, live, sent, known, names, hide };
}

describe('a room', () => {
  const data = operation(TRAINS, { metadata: { serie_folder: 'Night Trains' } });

  it.each([
    ['downloads', null, true],
    ['downloads', [], false],
    ['downloads', [TRAINS], true],
    ['type:download', [], false],
    ['type:download', [TRAINS], true],
    ['series:Night Trains', [], true],
    ['series:Night', null, false],
    [`progress:${TRAINS}`, [], true],
    ['progress:other', null, false],
    ['scan', null, false],
    ['nonsense:x', null, false],
  ])('%s with the rows %j', (room, rows, expected) => {
    expect(brings(new Map([['a', [room]]]), rows === null ? null : new Set(rows), data)).toBe(expected);
  });

  it('of another kind asks for no rows', () => {
    expect(brings(new Map([[MAIN, ROOMS]]), new Set(), operation('download_queue', { type: 'queue' }))).toBe(true);
  });

  it('of a series is called by its folder, whatever that holds', () => {
    const folder = 'Re:Zero: A';
    expect(brings(new Map([['a', [seriesRoom(folder)]]]), new Set(), operation('x', { metadata: { serie_folder: folder } }))).toBe(true);
  });
});

describe('a page that shows a series', () => {
  it('hears of its downloads whatever a list shows, and no longer once it has left', async () => {
    const { time, bridge, live, known, names, hide } = await connected();
    await hide();
    expect(known()).toEqual([]);
    const leave = live.join('series', [seriesRoom('Night Trains')]);
    await vi.waitFor(() => { expect(known()).toContain(TRAINS); });
    expect(known().every((id) => id.includes('Night Trains'))).toBe(true);
    expect(await names()).toEqual(['main', 'series']);
    time.advance(400);
    await vi.waitFor(() => { expect(live.operations.get(TRAINS)?.current).toBe(bridge.world.queue.jobOf(TRAINS)?.row.bytes); });
    leave();
    expect(known()).toEqual([]);
    await vi.waitFor(async () => { expect(await names()).toEqual(['main']); });
    time.advance(400);
    expect(known()).toEqual([]);
  });

  it('leaves the rows of others as they are', async () => {
    const { time, live, known } = await connected();
    const leave = live.join('series', [seriesRoom('Night Trains')]);
    live.showRows([PAPER, TRAINS]);
    await vi.waitFor(() => { expect(known().filter((id) => !id.includes('Night Trains'))).toEqual([PAPER]); });
    leave();
    await vi.waitFor(() => { expect(known()).toEqual([TRAINS, PAPER].sort()); });
    const before = live.operations.get(TRAINS)?.current ?? 0;
    time.advance(400);
    await vi.waitFor(() => { expect(live.operations.get(TRAINS)?.current).toBeGreaterThan(before); });
  });

  it('is followed by that of another series, under the same name', async () => {
    const { live, known, names, sent, hide } = await connected();
    await hide();
    const leave = live.join('series', [seriesRoom('Night Trains')]);
    live.join('series', [seriesRoom('Paper Gardens')]);
    // the page before goes after the next one came
    leave();
    await vi.waitFor(() => { expect(known()).toContain(PAPER); });
    expect(known().every((id) => id.includes('Paper'))).toBe(true);
    expect(await names()).toEqual(['main', 'series']);
    expect(sent('progress_leave')).toEqual([]);
  });

  it('hears of it again after a lost frame: all is joined anew, the first in place of all', async () => {
    const { time, bridge, live, known, names, sent, hide } = await connected();
    await hide();
    live.join('series', [seriesRoom('Night Trains')]);
    await vi.waitFor(() => { expect(known()).toContain(TRAINS); });
    const before = sent('progress_join').length;
    bridge.world.relay.loseFrame();
    time.advance(200);
    await vi.waitFor(() => { expect(sent('progress_join')).toHaveLength(before + 2); });
    expect(sent('progress_join').slice(before)).toMatchObject([{ request: { name: 'main', replace: true } }, { request: { name: 'series' } }]);
    time.advance(400);
    await vi.waitFor(() => { expect(live.operations.get(TRAINS)?.current).toBe(bridge.world.queue.jobOf(TRAINS)?.row.bytes); });
    expect(await names()).toEqual(['main', 'series']);
  });

  it('hears of it in a new epoch', async () => {
    const { time, bridge, live, known } = await connected();
    live.join('series', [seriesRoom('Night Trains')]);
    await vi.waitFor(() => { expect(live.connected).toBe(true); });
    bridge.world.relay.epoch = 2;
    time.advance(200);
    await vi.waitFor(() => { expect(bridge.sent.filter(({ name }) => name === 'progress_join').length).toBeGreaterThan(2); });
    time.advance(400);
    expect(known()).toContain(TRAINS);
  });

  it('begins anew in a page that was loaded again: what the page before had joined is left', async () => {
    const { bridge, live, names } = await connected();
    live.join('series', [seriesRoom('Night Trains')]);
    await vi.waitFor(async () => { expect(await names()).toEqual(['main', 'series']); });
    const again = new Live(bridge);
    await again.connect();
    expect(await names()).toEqual(['main']);
    expect(again.operations.get(TRAINS)?.current).toBe(bridge.world.queue.jobOf(TRAINS)?.row.bytes);
  });
});

describe('what several unions bring', () => {
  const at = (id: string, current: number, seq: number) => message(operation(id, { current, metadata: { serie_folder: 'X' } }), seq);
  const both = new Map([[MAIN, ROOMS], ['series', ['series:X']]]);

  function after(...inputs: ProgressInput[]): Step {
    let step: Step = { state: { ...initialProgress, unions: both }, changes: [], rejoin: false };
    for (const input of inputs) step = apply(step.state, input);
    return step;
  }
  const current = (step: Step, id: string) => step.state.operations.get(id)?.current;

  it('is one state: the newest of each operation', () => {
    const step = after({ kind: 'join' }, { kind: 'answers', answers: [answer(3, [at('a', 10, 5)]), answer(4, [at('a', 20, 7), at('b', 1, 7)])] });
    expect([current(step, 'a'), current(step, 'b'), step.state.frame]).toEqual([20, 1, 3]);
    expect(step.rejoin).toBe(false);
  });

  it('goes on with the frames after the first answer, where what is known already is newer', () => {
    const waiting: ProgressInput = { kind: 'frame', frame: frame(4, [at('a', 15, 6), at('c', 9, 6)]) };
    const step = after({ kind: 'join' }, waiting, { kind: 'answers', answers: [answer(3, []), answer(4, [at('a', 20, 7)])] });
    expect([current(step, 'a'), current(step, 'c'), step.state.frame]).toEqual([20, 9, 4]);
  });

  it('is asked for again when the answers are of different epochs', () => {
    expect(after({ kind: 'join' }, { kind: 'answers', answers: [answer(3, []), answer(0, [], 2)] }).rejoin).toBe(true);
  });

  it('grows by one more union without a gap in the frames', () => {
    const step = after(
      { kind: 'join' },
      { kind: 'answers', answers: [answer(3, [at('a', 10, 5)])] },
      { kind: 'joined', answer: answer(5, [at('b', 2, 9)]) },
      { kind: 'frame', frame: frame(4, [at('a', 11, 6)]) },
      { kind: 'frame', frame: frame(5, [at('b', 1, 8)]) },
    );
    expect([current(step, 'a'), current(step, 'b'), step.rejoin]).toEqual([11, 2, false]);
  });

  it('is joined again when one more union is of another epoch', () => {
    const step = after({ kind: 'join' }, { kind: 'answers', answers: [answer(3, [])] }, { kind: 'joined', answer: answer(0, [], 2) });
    expect(step.rejoin).toBe(true);
  });

  it('holds nothing that came late for a union that was left', () => {
    const left = after({ kind: 'join' }, { kind: 'answers', answers: [answer(0, [at('a', 1, 1)])] }, { kind: 'rows', ids: new Set() }, { kind: 'unions', unions: new Map([[MAIN, ROOMS]]) });
    expect(current(left, 'a')).toBeUndefined();
    expect(current(apply(left.state, { kind: 'frame', frame: frame(1, [at('a', 2, 2)]) }), 'a')).toBeUndefined();
  });
});
