import { describe, expect, it } from 'vitest';
import codesSource from '../bridge/generated/ErrorCode.ts?raw';
import type { CommandError } from '../bridge/generated/CommandError';
import type { ErrorCode } from '../bridge/generated/ErrorCode';
import type { Language } from '../bridge/generated/Language';
import { de } from './de';
import { en } from './en';
import { describeError } from './errors';

const LANGUAGES: Language[] = ['en', 'de'];
const codes = [...codesSource.matchAll(/"([a-z_]+)"/g)].map((match) => match[1] as ErrorCode);

/** Every text by its path; functions as what they say for sample values. */
function texts(node: unknown, path = ''): Map<string, string> {
  if (typeof node === 'string') return new Map([[path, node]]);
  if (typeof node === 'function') {
    const say = node as (...args: unknown[]) => string;
    return new Map([1, 2].flatMap((count) => samples(say, path, count)));
  }
  const below = Object.entries(node as object).flatMap(([key, value]) => [...texts(value, path === '' ? key : `${path}.${key}`)]);
  return new Map(below);
}

function samples(say: (...args: unknown[]) => string, path: string, count: number): [string, string][] {
  return [[`${path}(${String(count)})`, say(count, count, count)]];
}

describe('the languages', () => {
  const [english, german] = [texts(en), texts(de)];

  it('say the same things', () => {
    expect([...german.keys()]).toEqual([...english.keys()]);
    expect(english.size).toBeGreaterThan(200);
  });

  it.each([['English', english], ['German', german]])('leave nothing unsaid: %s', (_name, all) => {
    const odd = [...all].filter(([, text]) => text.trim() === '' || /undefined|null|NaN|#|\[object/.test(text));
    expect(odd).toEqual([]);
  });

  it('differ where words differ', () => {
    const same = [...english].filter(([path, text]) => german.get(path) === text && /[a-z]{4} [a-z]{3}/i.test(text));
    expect(same).toEqual([]);
  });
});

describe('every error', () => {
  it('of the program is known here', () => {
    expect(codes.length).toBeGreaterThan(30);
    expect(codes).toContain('library_unreachable');
  });

  const cases = LANGUAGES.flatMap((language) => codes.map((code) => [code, language] as const));

  it.each(cases)('%s has a sentence and a next step in %s', (code, language) => {
    const params = { host: 'media.example.org', url: 'https://media.example.org/', path: '/library', detail: 'it is odd', status: '503', name: 'Archive', field: 'theme', holder: 'Aniworld' };
    for (const given of [params, {}]) {
      const { what, next } = describeError({ code, message: '', hint: '', params: given }, language);
      expect(what).toMatch(/^.{12,}[.!?]$/);
      expect(next).toMatch(/^.{12,}[.!?]$/);
      // single words such as "timeout" may be words of the sentence too
      if (code.includes('_')) expect(what + next).not.toContain(code);
      expect(what + next).not.toMatch(/undefined|\[object/);
    }
  });

  it('puts its values into the sentence', () => {
    const error: CommandError = { code: 'connect', message: '', hint: '', params: { host: '127.0.0.1' } };
    for (const language of LANGUAGES) expect(describeError(error, language).what).toContain('127.0.0.1');
  });

  it('of a newer program speaks with that one’s own words', () => {
    const error = { code: 'brand_new' as ErrorCode, message: 'Something new.', hint: 'Update.', params: {} };
    expect(describeError(error, 'de')).toEqual({ code: 'brand_new', what: 'Something new.', next: 'Update.' });
  });
});
