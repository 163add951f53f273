import type { ProgressKind } from "./ProgressKind";
import type { HistoryOutcome } from "./HistoryOutcome";
export type HistoryQuery = { text: string, kind: ProgressKind | null, outcome: HistoryOutcome | null, since: string | null, until: string | null, offset: number, limit: number, };
