export type HistoryOutcome = "completed" | "skipped" | "failed" | "cancelled";
