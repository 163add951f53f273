export type ExportForm = "json_lines" | "csv";
