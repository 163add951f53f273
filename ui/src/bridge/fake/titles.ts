// Invented names, always the same ones.

const FIRST = ['Night', 'Harbour', 'Paper', 'Winter', 'Copper', 'Quiet', 'Salt', 'Glass', 'Northern', 'Hidden', 'Amber', 'Distant', 'Green', 'Hollow', 'Silver', 'Tidal'];
const SECOND = ['Trains', 'Lights', 'Gardens', 'Letters', 'Bridges', 'Islands', 'Engines', 'Orchards', 'Signals', 'Rivers', 'Maps', 'Towers', 'Stations', 'Meadows', 'Clocks', 'Lanterns'];
const EPISODES = ['The Depot', 'Snow on the Line', 'Platform Nine', 'The Sleeper', 'Last Stop', 'Dawn', 'A Letter from the Coast', 'High Water', 'The Keeper', 'Two Lamps', 'Fog', 'The Long Way Home'];

function pick(list: readonly string[], index: number): string {
  return list[index % list.length] ?? '';
}

/** A title of a series; no two are the same. */
export function seriesTitle(index: number): string {
  const second = Math.floor(index / FIRST.length);
  const round = Math.floor(second / SECOND.length);
  const title = `${pick(FIRST, index)} ${pick(SECOND, second)}`;
  return round === 0 ? title : `${title} ${String(round + 1)}`;
}

/** The title of an episode; some have none. */
export function episodeTitle(index: number): string | null {
  return index % 11 === 10 ? null : pick(EPISODES, index);
}

/** A size between 150 MiB and 1.2 GiB. */
export function episodeSize(index: number): number {
  return (150 + ((index * 7_919) % 1_050)) * 1_048_576;
}
