// The face of a title: its initials and a hue that is always the same.

const ARTICLES = new Set(['the', 'a', 'an', 'der', 'die', 'das', 'of', 'and', 'und']);

/** Up to two letters: `Night Trains` is `NT`, `The Harbour` is `H`. */
export function initialsOf(title: string): string {
  const words = title.split(/[\s\-:–_.]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const telling = words.filter((word) => !ARTICLES.has(word.toLowerCase()));
  const chosen = (telling.length > 0 ? telling : words).slice(0, 2);
  return chosen.map((word) => [...(/[\p{L}\p{N}].*/u.exec(word)?.[0] ?? '')][0] ?? '').join('').toLocaleUpperCase();
}

/** A hue between indigo and teal mostly, so that a long list stays calm. */
export function hueOf(title: string): number {
  let hash = 2_166_136_261;
  for (const char of title) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return 168 + (hash % 120);
}
