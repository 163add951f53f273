// Stories in words: why an operation is as it is, and what happened to it, for every code in every language.

import type { Explanation } from '../bridge/generated/Explanation';
import type { ExplanationCode } from '../bridge/generated/ExplanationCode';
import type { Language } from '../bridge/generated/Language';
import type { StoryCode } from '../bridge/generated/StoryCode';
import type { StoryLine } from '../bridge/generated/StoryLine';
import { describeError, type Described } from './errors';
import { formatBytes, formatClock, formatSpeed } from './format';
import { storyDe } from './story-de';
import { storyEn } from './story-en';

/** The values of a sentence, in the words of a language. */
export interface StoryValues {
  /** A word or name; `otherwise` where the program sent none. */
  text: (key: string, otherwise: string) => string;
  has: (key: string) => boolean;
  number: (key: string) => number;
  bytes: (key: string) => string;
  speed: (key: string) => string;
  /** An instant; empty where the program sent none. */
  moment: (key: string) => string;
  /** What went wrong, as a sentence. */
  cause: string;
}

type Say = (value: StoryValues) => string;

/** One entry per code: a missing one does not compile. */
export interface StoryWords {
  explanations: Record<ExplanationCode, Say>;
  lines: Record<StoryCode, Say>;
}

const dictionaries: Record<Language, StoryWords> = { en: storyEn, de: storyDe };

function valuesOf(params: Explanation['params'], cause: Described | null, now: Date, language: Language): StoryValues {
  const number = (key: string) => Number(params[key] ?? Number.NaN);
  return {
    text: (key, otherwise) => params[key] ?? otherwise,
    has: (key) => params[key] !== undefined,
    number: (key) => (Number.isFinite(number(key)) ? number(key) : 0),
    bytes: (key) => formatBytes(number(key) || 0, language),
    speed: (key) => formatSpeed(number(key) || 0, language),
    moment: (key) => (params[key] === undefined ? '' : formatClock(params[key], now, language)),
    cause: cause?.what ?? '',
  };
}

function causeOf({ cause }: { cause: Explanation['cause'] }, language: Language): Described | null {
  return cause === null ? null : describeError(cause, language);
}

/** The sentence, and the next step where something went wrong. A code of a newer program speaks English. */
export function describeExplanation(explanation: Explanation, now: Date, language: Language): { sentence: string; next: string } {
  const cause = causeOf(explanation, language);
  const say = (dictionaries[language].explanations as Partial<Record<string, Say>>)[explanation.code];
  const sentence = say?.(valuesOf(explanation.params, cause, now, language)).trim() ?? explanation.sentence;
  return { sentence, next: cause?.next ?? '' };
}

/** One entry in words. */
export function describeLine(line: StoryLine, now: Date, language: Language): string {
  const say = (dictionaries[language].lines as Partial<Record<string, Say>>)[line.code];
  return say?.(valuesOf(line.params, causeOf(line, language), now, language)).trim() ?? line.text;
}
