import { describe, expect, it } from 'vitest';
import { answer, frame, message, operation } from '../testing/messages';
import { apply, initialProgress, type ProgressInput, type Step } from './progress';

/** Applies inputs in order and answers the last step. */
function after(...inputs: ProgressInput[]): Step {
  let step: Step = { state: initialProgress, changes: [], rejoin: false };
  for (const input of inputs) step = apply(step.state, input);
  return step;
}

const join: ProgressInput = { kind: 'join' };
const answers = (...args: Parameters<typeof answer>): ProgressInput => ({ kind: 'answers', answers: [answer(...args)] });
const frames = (...args: Parameters<typeof frame>): ProgressInput => ({ kind: 'frame', frame: frame(...args) });
const at = (percent: number, seq: number) => message(operation('a', { percent }), seq);
const percentOf = (step: Step) => step.state.operations.get('a')?.percent;

describe('a snapshot', () => {
  it('replaces everything that was known', () => {
    const step = after(join, answers(3, [at(10, 5)]), join, answers(4, [message(operation('b'), 6)]));
    expect([...step.state.operations.keys()]).toEqual(['b']);
    expect(step.changes.map(({ id, after: now }) => [id, now === undefined])).toEqual([['b', false], ['a', true]]);
  });

  it('drops frames that it contains and applies the later ones, in order', () => {
    const step = after(join, frames(2, [at(1, 1)]), frames(3, [at(30, 8)]), frames(4, [at(40, 9)]), answers(2, [at(20, 7)]));
    expect(percentOf(step)).toBe(40);
    expect(step.state.frame).toBe(4);
    expect(step.rejoin).toBe(false);
  });

  it('is newer than frames of an older epoch that waited', () => {
    const step = after(join, frames(9, [at(1, 1)], 1), answers(0, [at(50, 2)], 2));
    expect(percentOf(step)).toBe(50);
    expect(step.state.epoch).toBe(2);
  });

  it('asks for another one when a frame between is missing', () => {
    const step = after(join, frames(4, [at(40, 9)]), answers(2, [at(20, 7)]));
    expect(step.rejoin).toBe(true);
    expect(step.state.phase).toBe('joining');
  });
});

describe('a frame', () => {
  const joined = [join, answers(2, [at(20, 7)])] as const;

  it('changes what it names, with what was there before', () => {
    const step = after(...joined, frames(3, [at(30, 8), message(operation('b'), 9)]));
    expect(step.changes.map(({ id, before }) => [id, before?.percent])).toEqual([['a', 20], ['b', undefined]]);
    expect(percentOf(step)).toBe(30);
  });

  it('forgets what a series added up to once its run is over', () => {
    const series = (status: 'in_progress' | 'completed') =>
      message(operation('series_x', { type: 'queue', status, metadata: { scope: 'series' } }), 9);
    const running = after(...joined, frames(3, [series('in_progress')]));
    expect(running.state.operations.has('series_x')).toBe(true);
    const over = apply(running.state, frames(4, [series('completed')]));
    expect([...over.state.operations.keys()]).toEqual(['a']);
    expect(over.changes.map(({ id, after: now }) => [id, now])).toEqual([['series_x', undefined]]);
  });

  it('that was seen already changes nothing', () => {
    const step = after(...joined, frames(2, [at(99, 99)]));
    expect(step.changes).toEqual([]);
    expect(percentOf(step)).toBe(20);
  });

  it('never puts an older message over a newer one', () => {
    expect(percentOf(after(...joined, frames(3, [at(5, 6)])))).toBe(20);
  });

  it('without messages still counts', () => {
    const step = after(...joined, frames(3, []), frames(4, [at(30, 8)]));
    expect(step.rejoin).toBe(false);
    expect(percentOf(step)).toBe(30);
  });

  it.each([
    ['a jump in the count', frames(5, [at(30, 8)])],
    ['a new epoch', frames(1, [at(30, 8)], 2)],
  ])('with %s means a loss: join again', (_name, lost) => {
    const step = after(...joined, lost);
    expect(step.rejoin).toBe(true);
    expect(step.changes).toEqual([]);
  });

  it('that revealed a loss is applied when the answer came before it', () => {
    expect(percentOf(after(...joined, frames(5, [at(80, 12)]), join, answers(4, [at(60, 10)])))).toBe(80);
  });
});

describe('frames that wait for an answer', () => {
  it('are bounded; what was dropped heals by joining again', () => {
    const many = Array.from({ length: 400 }, (_, index) => frames(index + 3, [at(1, index + 10)]));
    const step = after(join, ...many, answers(2, []));
    expect(step.rejoin).toBe(true);
  });
});

describe('rows in view', () => {
  it('let downloads out of view go, and nothing else', () => {
    const queue = message(operation('download_queue', { type: 'queue' }), 2);
    const step = after(join, answers(0, [at(1, 1), message(operation('b'), 1), queue]), { kind: 'rows', ids: new Set(['b']) });
    expect([...step.state.operations.keys()]).toEqual(['b', 'download_queue']);
    expect(step.changes).toEqual([{ id: 'a', before: operation('a', { percent: 1 }), after: undefined }]);
  });

  it('that were all known change nothing', () => {
    expect(after(join, answers(0, [at(1, 1)]), { kind: 'rows', ids: new Set(['a']) }).changes).toEqual([]);
  });
});
