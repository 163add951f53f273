import { describe, expect, it } from 'vitest';
import { inBytes, inMebibytes, MOST_MEBIBYTES } from './speed';

describe('a speed', () => {
  it.each([0, 0.001, 0.5, 1, 2.25, 100, MOST_MEBIBYTES])('of %d MiB/s is read as it was written', (speed) => {
    expect(inMebibytes(inBytes(speed))).toBe(speed);
    expect(inBytes(speed)).toBeLessThanOrEqual(1e12);
  });

  it('is never taken for none', () => {
    expect(inMebibytes(1)).toBe(0.001);
    expect(inBytes(0.000_000_1)).toBe(1);
  });
});
