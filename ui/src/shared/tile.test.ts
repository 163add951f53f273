import { describe, expect, it } from 'vitest';
import { hueOf, initialsOf } from './tile';

describe('the face of a title', () => {
  it.each([
    ['Night Trains', 'NT'],
    ['The Harbour', 'H'],
    ['Die stille Küste', 'SK'],
    ['Éclairs & Co', 'ÉC'],
    ['2001: Nights', '2N'],
    ['The', 'T'],
    ['…', ''],
    ['', ''],
  ])('of %s is %s', (title, initials) => {
    expect(initialsOf(title)).toBe(initials);
  });

  it('always has the same colour', () => {
    expect(hueOf('Night Trains')).toBe(hueOf('Night Trains'));
    for (const title of ['a', 'b', 'Night Trains', '長い名前']) {
      expect(hueOf(title)).toBeGreaterThanOrEqual(168);
      expect(hueOf(title)).toBeLessThan(288);
    }
  });
});
