import { describe, expect, it } from 'vitest';
import type { CommandError } from '../../bridge/generated/CommandError';
import { operation, queueRow } from '../../testing/messages';
import { isMoving, jobOf, nameOf } from './job';

const gone: CommandError = { code: 'not_found', message: '', hint: '', params: { url: 'u' } };

describe('a row of the downloads', () => {
  it('shows live figures where something is live', () => {
    const data = operation('a', { current: 400, total: 1_000, percent: 40, metadata: { speed_bytes_per_s: 90, eta_s: 7, phase: 'downloading' } });
    expect(jobOf(queueRow({ state: 'downloading' }), data)).toMatchObject({ state: 'downloading', done: 400, total: 1_000, percent: 40, speed: 90, eta: 7 });
  });

  it('shows what the list knows otherwise', () => {
    expect(jobOf(queueRow({ state: 'paused', bytes: 250 }), undefined)).toMatchObject({ state: 'paused', done: 250, percent: 25, speed: null, eta: null });
  });

  it('has no percentage while the size is unknown', () => {
    expect(jobOf(queueRow({ state: 'paused', bytes: 250, total: null }), undefined).percent).toBeNull();
    expect(jobOf(queueRow({ state: 'downloading', total: null }), operation('a', { percent: null, total: null })).percent).toBeNull();
  });

  it('has no speed once it does not download', () => {
    const metadata = { speed_bytes_per_s: 90, eta_s: 7, phase: 'verifying' };
    expect(jobOf(queueRow({ state: 'downloading' }), operation('a', { metadata }))).toMatchObject({ state: 'verifying', speed: null, eta: null });
  });

  it('with all its bytes is not completed', () => {
    const data = operation('a', { current: 1_000, total: 1_000, percent: 100 });
    expect(jobOf(queueRow({ state: 'downloading' }), data)).toMatchObject({ state: 'downloading', percent: 100 });
  });

  it('says why it failed, best with the values of the list', () => {
    const failed = operation('a', { status: 'failed', message: 'S01E05: 404', metadata: { error_code: 'not_found' } });
    expect(jobOf(queueRow({ state: 'failed', error: gone }), failed).error).toBe(gone);
    expect(jobOf(queueRow({ state: 'downloading' }), failed)).toMatchObject({ state: 'failed', error: { code: 'not_found' } });
    expect(jobOf(queueRow({ state: 'downloading', error: gone }), operation('a')).error).toBeNull();
  });

  it('says until when it waits, and what for', () => {
    const waits = operation('a', { status: 'waiting', metadata: { reason: 'retry', until: '2026-11-24T12:00:12Z', error_code: 'connect' } });
    expect(jobOf(queueRow({ state: 'downloading' }), waits)).toMatchObject({ state: 'waiting', reason: 'retry', until: '2026-11-24T12:00:12Z', error: { code: 'connect' } });
  });

  it('has a name', () => {
    expect(nameOf(queueRow())).toBe('Night Trains S01E05');
    expect(nameOf(queueRow({ number: '2024-02-29' }))).toBe('Night Trains 2024-02-29');
  });
});

describe('something happens', () => {
  it('in these states and no others', () => {
    expect((['starting', 'downloading', 'verifying', 'processing', 'moving'] as const).every(isMoving)).toBe(true);
    expect((['queued', 'paused', 'waiting', 'completed', 'failed', 'cancelled', 'skipped'] as const).some(isMoving)).toBe(false);
  });
});
