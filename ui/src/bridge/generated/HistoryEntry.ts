import type { ProgressKind } from "./ProgressKind";
import type { HistoryOutcome } from "./HistoryOutcome";
import type { CommandError } from "./CommandError";
export type HistoryEntry = { id: number, kind: ProgressKind, outcome: HistoryOutcome, attempt: number, series: string | null, season: number | null, number: string | null, title: string | null, message: string | null, source: string | null, bytes: number, transferred: number, started_at: string | null, ended_at: string, took_s: number | null, error: CommandError | null, };
