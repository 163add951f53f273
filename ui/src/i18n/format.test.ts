import { describe, expect, it } from 'vitest';
import type { Language } from '../bridge/generated/Language';
import * as format from './format';

/** Spaces that do not break are spaces here. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('bytes', () => {
  it.each<[number, Language, string]>([
    [0, 'en', '0 B'],
    [-5, 'en', '0 B'],
    [1_023, 'en', '1,023 B'],
    [1_024, 'en', '1 KiB'],
    [1_048_575, 'en', '1 MiB'],
    [10_276_045, 'en', '9.8 MiB'],
    [10_276_045, 'de', '9,8 MiB'],
    [150_000_000, 'en', '143 MiB'],
    [1_610_612_736, 'de', '1,5 GiB'],
    [5e15, 'de', '4.547 TiB'],
  ])('%i in %s are %s', (bytes, language, expected) => {
    expect(plain(format.formatBytes(bytes, language))).toBe(expected);
  });

  it('name a shared unit once', () => {
    expect(format.formatBytesOf(260 * 1_048_576, 590 * 1_048_576, 'en').map(plain)).toEqual(['260', '590 MiB']);
    expect(format.formatBytesOf(10.7 * 1_048_576, 1.1 * 1_073_741_824, 'de').map(plain)).toEqual(['10,7 MiB', '1,1 GiB']);
    expect(format.formatBytesOf(0, 512, 'en').map(plain)).toEqual(['0', '512 B']);
  });

  it('per second are a speed', () => {
    expect(plain(format.formatSpeed(3_355_443, 'de'))).toBe('3,2 MiB/s');
  });
});

describe('percentages', () => {
  it.each<[number, Language, string]>([
    [0, 'en', '0%'],
    [45.9, 'en', '45%'],
    [45.9, 'de', '45 %'],
    [99.99, 'en', '99%'],
    [100, 'en', '100%'],
    [140, 'en', '100%'],
    [-3, 'en', '0%'],
  ])('%f in %s is %s', (percent, language, expected) => {
    expect(plain(format.formatPercent(percent, language))).toBe(expected);
  });
});

describe('durations', () => {
  it.each<[number, Language, string]>([
    [0, 'en', '0 sec'],
    [59, 'en', '59 sec'],
    [59.6, 'en', '1 min'],
    [125, 'de', '2 Min.'],
    [3_600, 'en', '1 hr'],
    [5_400, 'en', '1 hr 30 min'],
    [5_400, 'de', '1 Std. 30 Min.'],
    [200_000, 'en', '2 days'],
  ])('%f s in %s are %s', (seconds, language, expected) => {
    expect(plain(format.formatDuration(seconds, language))).toBe(expected);
  });
});

describe('times', () => {
  const now = new Date(2026, 10, 24, 14, 0);
  const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();

  it('of today and yesterday say so', () => {
    expect(format.formatInstant(ago(1), now, 'en')).toBe('today, 13:00');
    expect(format.formatInstant(ago(1), now, 'de')).toBe('heute, 13:00');
    expect(format.formatInstant(ago(24), now, 'en')).toBe('yesterday, 14:00');
  });

  it('of other days are the day, with a foreign year', () => {
    expect(format.formatInstant(ago(24 * 5), now, 'en')).toBe('Nov 19');
    expect(format.formatInstant(ago(24 * 400), now, 'de')).toMatch(/2025$/);
  });

  it('that are none are left as they are', () => {
    expect(format.formatInstant('soon', now, 'en')).toBe('soon');
    expect(format.formatDay('soon', 'en')).toBe('soon');
  });

  it('of a calendar day do not shift with the zone', () => {
    expect(format.formatDay('2024-02-29', 'en')).toBe('Feb 29, 2024');
    expect(format.formatDay('2024-02-29', 'de')).toBe('29. Feb. 2024');
  });
});

describe('episode codes', () => {
  it.each<[number, string, string]>([
    [1, '7', 'S01E07'],
    [0, '9.5', 'S00E09.5'],
    [2, '2-3', 'S02E02-E03'],
    [12, '104', 'S12E104'],
    [1, '2024-02-29', '2024-02-29'],
  ])('season %i, number %s is %s', (season, number, code) => {
    expect(format.episodeCode(season, number)).toBe(code);
  });
});

describe('plurals', () => {
  it('follow the count and group its figures', () => {
    const forms = { one: '# Folge', other: '# Folgen' };
    expect(format.pluraliser('de')(1, forms)).toBe('1 Folge');
    expect(format.pluraliser('de')(0, forms)).toBe('0 Folgen');
    expect(format.pluraliser('de')(1_234, forms)).toBe('1.234 Folgen');
  });
});
