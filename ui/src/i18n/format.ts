// Figures in words: bytes, speeds, times, percentages, episode codes. Pure; every function takes its language.

import type { Language } from '../bridge/generated/Language';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

const formatters = new Map<string, Intl.NumberFormat>();

function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  let format = formatters.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language, options);
    formatters.set(key, format);
  }
  return format;
}

export function formatNumber(value: number, language: Language): string {
  return numberFormat(language, {}).format(value);
}

/** As it is typed: nothing between thousands, at most three digits behind the point. */
export function formatPlain(value: number, language: Language): string {
  return numberFormat(language, { useGrouping: false, maximumFractionDigits: 3 }).format(value);
}

/** Three significant places at most, and never fewer than whole bytes: `0 B`, `9.8 MiB`, `143 MiB`. */
export function formatBytes(bytes: number, language: Language): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  // 1023.6 KiB would round to 1,024 KiB: move on before that
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  const figure = numberFormat(language, { minimumFractionDigits: 0, maximumFractionDigits: digits }).format(value);
  return `${figure}\u00a0${UNITS[unit] ?? 'B'}`;
}

/** A part and its whole, with the unit only once where it is the same: `260` and `590 MiB`. */
export function formatBytesOf(part: number, whole: number, language: Language): [string, string] {
  const [of, unit] = formatBytes(part, language).split('\u00a0');
  const all = formatBytes(whole, language);
  return [all.endsWith(`\u00a0${unit ?? ''}`) ? (of ?? '') : formatBytes(part, language), all];
}

export function formatSpeed(bytesPerSecond: number, language: Language): string {
  return `${formatBytes(bytesPerSecond, language)}/s`;
}

/** Whole percents, rounded down: 100 % is shown only when nothing is left. */
export function formatPercent(percent: number, language: Language): string {
  const whole = Math.floor(Math.min(100, Math.max(0, percent)));
  return numberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(whole / 100);
}

function unit(value: number, name: string, language: Language): string {
  return numberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
}

/** A time span in its two largest units; seconds only below a minute, because more would pretend precision. */
export function formatDuration(seconds: number, language: Language): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return unit(whole, 'second', language);
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return unit(minutes, 'minute', language);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    const rest = minutes % 60;
    return rest === 0 ? unit(hours, 'hour', language) : `${unit(hours, 'hour', language)} ${unit(rest, 'minute', language)}`;
  }
  return unit(Math.round(hours / 24), 'day', language);
}

/** An instant as a person says it: the time today, the day otherwise. It stays true while the page is idle. */
export function formatInstant(rfc3339: string, now: Date, language: Language): string {
  const then = new Date(rfc3339);
  if (Number.isNaN(then.getTime())) return rfc3339;
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hour12: false }).format(then);
  const days = Math.round((startOfDay(then) - startOfDay(now)) / 86_400_000);
  if (days === 0 || days === -1) {
    const word = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day');
    return `${word}, ${time}`;
  }
  const year: Intl.DateTimeFormatOptions = then.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' };
  return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', ...year }).format(then);
}

/** An instant to the second: the time today, the day and the time otherwise. */
export function formatClock(rfc3339: string, now: Date, language: Language): string {
  const then = new Date(rfc3339);
  if (Number.isNaN(then.getTime())) return rfc3339;
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false };
  if (startOfDay(then) === startOfDay(now)) return new Intl.DateTimeFormat(language, time).format(then);
  return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', ...time }).format(then);
}

function startOfDay(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}

/** The day and the time of an instant, each short. */
export function formatMoment(rfc3339: string, now: Date, language: Language): { day: string; time: string } {
  const then = new Date(rfc3339);
  if (Number.isNaN(then.getTime())) return { day: rfc3339, time: '' };
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hour12: false }).format(then);
  const days = Math.round((startOfDay(then) - startOfDay(now)) / 86_400_000);
  if (days === 0 || days === -1) {
    return { day: new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day'), time };
  }
  const year: Intl.DateTimeFormatOptions = then.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' };
  return { day: new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', ...year }).format(then), time };
}

/** An instant in full, on the user's own clock. */
export function formatFullMoment(rfc3339: string, language: Language): string {
  const then = new Date(rfc3339);
  if (Number.isNaN(then.getTime())) return rfc3339;
  return new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'medium', hour12: false }).format(then);
}

/** A calendar day without its year. */
export function formatDayShort(day: string, language: Language): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(date);
}

/** A calendar day such as `2024-02-29`, without the shift of a time zone. */
export function formatDay(day: string, language: Language): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(date);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `S01E02`, `S01E02-E03`, `S00E09.5`; of a daily show the day alone. */
export function episodeCode(season: number, number: string): string {
  if (DAY.test(number)) return number;
  return `S${String(season).padStart(2, '0')}${numberCode(number)}`;
}

/** `E02`, `E02-E03`, `E09.5`; of a daily show the day. */
export function numberCode(number: string): string {
  if (DAY.test(number)) return number;
  return number
    .split('-')
    .map((part) => {
      const [whole = '', fraction] = part.split('.');
      return `E${whole.padStart(2, '0')}${fraction === undefined ? '' : `.${fraction}`}`;
    })
    .join('-');
}

/** The forms of a word by count; `#` stands for the number. */
export interface Forms {
  one: string;
  other: string;
}

/** Picks the form that the language asks for and puts the number in. */
export function pluraliser(language: Language): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(language);
  return (count, forms) => {
    const form = rules.select(count) === 'one' ? forms.one : forms.other;
    return form.replace('#', formatNumber(count, language));
  };
}
