// Days of a calendar as texts such as `2024-02-29`. Pure; a day has no hours, so no clock can shift it.

const DAY_MS = 86_400_000;

/** The day of this instant on the user's own clock. */
export function dayOf(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export function daysBefore(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - count * DAY_MS).toISOString().slice(0, 10);
}
