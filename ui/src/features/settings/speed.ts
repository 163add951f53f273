// Speeds as they are typed: in MiB/s, since that is how the window shows them.

const MEBIBYTE = 1_048_576;
/** The most that the program takes: a terabyte a second. */
export const MOST_MEBIBYTES = Math.floor(1e12 / MEBIBYTE);

/** To three digits; what is set in the file to the byte may show fewer. */
export function inMebibytes(bytes: number): number {
  return Math.max(bytes > 0 ? 0.001 : 0, Math.round((bytes / MEBIBYTE) * 1000) / 1000);
}

/** A limit that was typed is never rounded to none. */
export function inBytes(mebibytes: number): number {
  return mebibytes > 0 ? Math.max(1, Math.round(mebibytes * MEBIBYTE)) : 0;
}
