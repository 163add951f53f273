import type { HistoryEntry } from "./HistoryEntry";
export type HistoryPage = { total: number, rows: Array<HistoryEntry>, };
