export type HistoryDay = { day: string, bytes: number, episodes: number, failures: number, busy_s: number, bytes_per_s: number | null, };
