// The language of the window, as a signal: everything that is said follows it at once.

import type { CommandError } from '../bridge/generated/CommandError';
import type { Explanation } from '../bridge/generated/Explanation';
import type { Language } from '../bridge/generated/Language';
import type { StoryLine } from '../bridge/generated/StoryLine';
import { de } from './de';
import { en, type Messages } from './en';
import { describeError } from './errors';
import * as format from './format';
import { describeExplanation, describeLine } from './story';

const dictionaries: Record<Language, Messages> = { en, de };

class I18n {
  language = $state<Language>('en');

  /** The words. */
  get t(): Messages {
    return dictionaries[this.language];
  }

  number = (value: number) => format.formatNumber(value, this.language);
  plain = (value: number) => format.formatPlain(value, this.language);
  bytes = (value: number) => format.formatBytes(value, this.language);
  bytesOf = (part: number, whole: number) => format.formatBytesOf(part, whole, this.language);
  speed = (value: number) => format.formatSpeed(value, this.language);
  percent = (value: number) => format.formatPercent(value, this.language);
  duration = (seconds: number) => format.formatDuration(seconds, this.language);
  instant = (rfc3339: string) => format.formatInstant(rfc3339, new Date(), this.language);
  day = (day: string) => format.formatDay(day, this.language);
  dayShort = (day: string) => format.formatDayShort(day, this.language);
  moment = (rfc3339: string) => format.formatMoment(rfc3339, new Date(), this.language);
  fullMoment = (rfc3339: string) => format.formatFullMoment(rfc3339, this.language);
  clock = (rfc3339: string) => format.formatClock(rfc3339, new Date(), this.language);
  explanation = (explanation: Explanation) => describeExplanation(explanation, new Date(), this.language);
  storyLine = (line: StoryLine) => describeLine(line, new Date(), this.language);
  error = (error: CommandError) => describeError(error, this.language);
}

/** One per window: a window speaks one language. */
export const i18n = new I18n();

/** Names of the languages in themselves. */
export const languages: readonly { code: Language; name: string }[] = [
  { code: 'en', name: en.name },
  { code: 'de', name: de.name },
];
