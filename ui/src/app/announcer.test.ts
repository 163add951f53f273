import { describe, expect, it } from 'vitest';
import { operation } from '../testing/messages';
import { Announcer } from './announcer.svelte';
import { titleOf } from './title';

const queue = (percent: number) => operation('download_queue', { type: 'queue', percent });

describe('what a screen reader is told', () => {
  it('is every change of state, not every sample', () => {
    const announcer = new Announcer();
    const metadata = { series: 'Night Trains' };
    announcer.take({ id: 'a', before: operation('a', { metadata }), after: operation('a', { percent: 50, metadata }) });
    expect(announcer.text).toBe('');
    announcer.take({ id: 'a', before: operation('a', { metadata }), after: operation('a', { status: 'completed', metadata }) });
    expect(announcer.text).toBe('Night Trains S01E05: Completed');
  });

  it('is every quarter of the way', () => {
    const announcer = new Announcer();
    announcer.take({ id: 'download_queue', before: undefined, after: queue(10) });
    expect(announcer.text).toBe('');
    announcer.take({ id: 'download_queue', before: queue(10), after: queue(60) });
    expect(announcer.text).toBe('Downloads: 50%');
    announcer.text = '';
    announcer.take({ id: 'download_queue', before: queue(60), after: queue(70) });
    expect(announcer.text).toBe('');
  });

  it('is nothing of what left the view', () => {
    const announcer = new Announcer();
    announcer.take({ id: 'a', before: operation('a'), after: undefined });
    expect(announcer.text).toBe('');
  });
});

describe('the title of the window', () => {
  it.each([
    [null, null, 'Aniworld'],
    ['45%', null, '45% – Aniworld'],
    ['45%', '3.2 MiB/s', '45% · 3.2 MiB/s – Aniworld'],
  ])('%s, %s', (percent, speed, title) => {
    expect(titleOf(percent, speed)).toBe(title);
  });
});
