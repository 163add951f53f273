// Errors in words: what happened, and what to do next, for every code in every language.

import type { CommandError } from '../bridge/generated/CommandError';
import type { ErrorCode } from '../bridge/generated/ErrorCode';
import type { Language } from '../bridge/generated/Language';
import { errorsDe } from './errors-de';
import { errorsEn } from './errors-en';
import { formatBytes } from './format';

/** Values for a sentence; a value that the program did not send reads as a neutral word. */
export type Values = (key: string, otherwise: string) => string;

export interface Words {
  what: (value: Values) => string;
  next: string;
}

/** One entry per code: a missing one does not compile. */
export type ErrorWords = Record<ErrorCode, Words>;

const dictionaries: Record<Language, ErrorWords> = { en: errorsEn, de: errorsDe };

/** Values that are numbers of bytes. */
const SIZES: ReadonlySet<string> = new Set(['needed', 'free']);

/** An error in words. */
export interface Described {
  code: string;
  what: string;
  next: string;
}

/** The sentence and the next step. A code that this window does not know speaks with the program's own words. */
export function describeError(error: CommandError, language: Language): Described {
  const { code } = error;
  const words = (dictionaries[language] as Partial<ErrorWords>)[code];
  if (!words) return { code, what: error.message, next: error.hint };
  const value: Values = (key, otherwise) => {
    const given = error.params[key];
    if (given === undefined) return otherwise;
    return SIZES.has(key) && /^\d+$/.test(given) ? formatBytes(Number(given), language) : given;
  };
  return { code, what: words.what(value), next: words.next };
}
