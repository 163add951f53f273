export type HistoryExported = { path: string, rows: number, };
