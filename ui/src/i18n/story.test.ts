import { describe, expect, it } from 'vitest';
import explanationSource from '../bridge/generated/ExplanationCode.ts?raw';
import lineSource from '../bridge/generated/StoryCode.ts?raw';
import type { ExplanationCode } from '../bridge/generated/ExplanationCode';
import type { Language } from '../bridge/generated/Language';
import type { StoryCode } from '../bridge/generated/StoryCode';
import { describeExplanation, describeLine } from './story';

const NOW = new Date('2026-11-24T12:00:00Z');
const LANGUAGES: Language[] = ['en', 'de'];
const codesOf = (source: string) => [...source.matchAll(/"([a-z_]+)"/g)].map((match) => match[1] ?? '');
const PARAMS = {
  ahead: '2', running: '3', parallel: '3', since: '2026-11-24T11:00:00Z', until: '2026-11-24T12:00:09Z', tries: '2', host: 'a.example',
  speed: '2000000', why: 'no_ranges', resumed: '1', retries: '2', crashes: '2', status: '200', total: '1000', ranges: 'true', at_bytes: '5',
  lost_bytes: '9', count: '12', reason: 'retry',
};
const cause = { code: 'connect' as const, message: '', hint: '', params: { host: 'a.example' } };

describe('every story', () => {
  const explanations = codesOf(explanationSource).flatMap((code) => LANGUAGES.map((language) => [code as ExplanationCode, language] as const));
  const lines = codesOf(lineSource).flatMap((code) => LANGUAGES.map((language) => [code as StoryCode, language] as const));

  it('of the program is known here', () => {
    expect(codesOf(explanationSource)).toContain('waits_turn');
    expect(codesOf(lineSource)).toContain('left_out');
  });

  it.each(explanations)('%s is a sentence in %s, with and without values', (code, language) => {
    for (const params of [PARAMS, {}]) {
      const { sentence } = describeExplanation({ code, sentence: 'unknown', params, cause }, NOW, language);
      expect(sentence).toMatch(/^[A-ZÄÖÜa-z].{10,}[.!?]$/);
      expect(sentence).not.toMatch(/undefined|NaN|null|Invalid|#| {2}/);
      expect(sentence).not.toBe('unknown');
    }
  });

  it.each(lines)('%s is a line in %s, with and without values', (code, language) => {
    for (const params of [PARAMS, {}]) {
      const line = describeLine({ code, text: 'unknown', params, cause, at: '', attempt: 1 }, NOW, language);
      expect(line).toMatch(/^[A-ZÄÖÜa-z0-9].{3,}/);
      expect(line).not.toMatch(/undefined|NaN|null|Invalid|#| {2}/);
      expect(line).not.toBe('unknown');
    }
  });

  it('of a newer program speaks with that one’s own words', () => {
    const told = { code: 'brand_new' as ExplanationCode, sentence: 'Something new.', params: {}, cause: null };
    expect(describeExplanation(told, NOW, 'de')).toEqual({ sentence: 'Something new.', next: '' });
  });

  it('puts its values into the sentence', () => {
    const say = (code: ExplanationCode, params: Record<string, string>) => describeExplanation({ code, sentence: '', params, cause: null }, NOW, 'en').sentence;
    expect(say('waits_turn', { ahead: '1', running: '2', parallel: '3' })).toBe('It waits for its turn: 1 download comes first.');
    expect(say('completed_after', { retries: '1', resumed: '2', why: 'file_changed' })).toBe(
      'It is done, though not at once: 1 try failed, it was resumed 2 times, it began again because the server has another version of the file now.',
    );
  });
});
