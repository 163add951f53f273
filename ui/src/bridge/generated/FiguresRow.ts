export type FiguresRow = { bytes: number, episodes: number, failures: number, busy_s: number, bytes_per_s: number | null, };
