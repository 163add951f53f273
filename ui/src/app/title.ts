// The title of the window: the name, and before it how far everything is.

export function titleOf(percent: string | null, speed: string | null): string {
  const figures = [percent, speed].filter((part) => part !== null).join(' · ');
  return figures === '' ? 'Aniworld' : `${figures} – Aniworld`;
}
