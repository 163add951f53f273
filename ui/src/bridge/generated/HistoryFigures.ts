import type { FiguresRow } from "./FiguresRow";
import type { HistoryDay } from "./HistoryDay";
export type HistoryFigures = { today: string, total: FiguresRow, last_7_days: FiguresRow, last_30_days: FiguresRow, busiest_day: HistoryDay | null, rows: number, days: Array<HistoryDay>, };
