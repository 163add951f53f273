// The German words of stories.

import { pluraliser } from './format';
import type { StoryValues, StoryWords } from './story';

const n = pluraliser('de');
const failedTries = (count: number) => n(count, { one: '# Versuch scheiterte', other: '# Versuche scheiterten' });
const times = (count: number) => n(count, { one: 'einmal', other: '#-mal' });
const at = (v: StoryValues, key: string, word: string) => (v.has(key) ? ` ${word} ${v.moment(key)}` : '');
const from = (v: StoryValues) => (v.has('host') ? ` von ${v.text('host', '')}` : '');
const pace = (v: StoryValues) => (v.has('speed') ? ` mit ${v.speed('speed')}` : '');

const WHY: Partial<Record<string, string>> = {
  file_changed: 'der Server hat inzwischen eine andere Fassung der Datei',
  no_ranges: 'der Server schickt nur ganze Dateien',
  no_validator: 'der Server belegt nicht, dass die Datei noch dieselbe ist',
  other_address: 'die Datei liegt jetzt unter einer anderen Adresse',
};
const why = (v: StoryValues) => WHY[v.text('why', '')] ?? 'was kam, passte nicht zu dem, was da war';

function turn(v: StoryValues): string {
  const order = v.number('ahead') === 0 ? 'sie ist die nächste' : n(v.number('ahead'), { one: '# Download kommt vorher', other: '# Downloads kommen vorher' });
  const full = v.has('parallel') && v.number('running') >= v.number('parallel');
  return `Die Folge wartet, bis sie an der Reihe ist: ${order}${full ? `, und ${String(v.number('running'))} von höchstens ${String(v.number('parallel'))} laufen` : ''}.`;
}

function completedAfter(v: StoryValues): string {
  const parts = [];
  if (v.number('retries') > 0) parts.push(failedTries(v.number('retries')));
  if (v.number('resumed') > 0) parts.push(`es ging ${times(v.number('resumed'))} an der alten Stelle weiter`);
  if (v.has('why')) parts.push(`es begann von vorn, denn ${why(v)}`);
  return `Fertig, aber nicht auf Anhieb: ${parts.join(', ')}.`;
}

function answered(v: StoryValues): string {
  const parts = [`${v.text('host', 'Der Server')} antwortete mit ${v.text('status', '')}`];
  if (v.has('total')) parts.push(v.bytes('total'));
  if (v.number('status') < 300 && v.text('ranges', '') !== 'true') parts.push('nur ganze Dateien');
  return parts.join(', ');
}

export const storyDe: StoryWords = {
  explanations: {
    waits_turn: turn,
    waits_all_paused: () => 'Die Folge wartet, weil alle Downloads angehalten sind.',
    waits_program: () => 'Die Folge wartet, bis Aniworld die Warteschlange bearbeitet.',
    paused: (v) => `Sie haben den Download angehalten${at(v, 'since', 'um')}.`,
    paused_all: (v) => `Sie haben alle Downloads angehalten${at(v, 'since', 'um')}.`,
    waits_retry: (v) => `Der nächste Versuch kommt${v.has('until') ? at(v, 'until', 'um') : ' bald'}${v.has('tries') ? `; bisher: ${failedTries(v.number('tries'))}` : ''}. ${v.cause}`,
    waits_server: (v) => `${v.text('host', 'Der Server')} bittet um Geduld. Der nächste Versuch kommt${v.has('until') ? at(v, 'until', 'um') : ' später'}.`,
    interrupted: (v) => `Das Ende von Aniworld hat den Download unterbrochen. Er geht an der alten Stelle weiter${v.number('ahead') > 0 ? `, nach ${n(v.number('ahead'), { one: '# anderen', other: '# anderen' })}` : ''}.`,
    starting: () => 'Der Server ist gefragt, seine Antwort steht noch aus.',
    downloading: (v) => `Die Folge wird heruntergeladen${from(v)}${pace(v)}.`,
    began_again: (v) => `Die Folge wird heruntergeladen${from(v)}${pace(v)}, wieder von vorn: ${why(v)}.`,
    slow_server: (v) => `${v.text('host', 'Der Server')} schickt nicht schneller${v.has('speed') ? ` als ${v.speed('speed')}` : ''}.`,
    slow_disk: (v) => `Das Laufwerk schreibt nicht schneller${v.has('speed') ? ` als ${v.speed('speed')}` : ''}.`,
    slow_limit: (v) => `Ihre eigene Geschwindigkeitsgrenze bremst${v.has('speed') ? `: ${v.speed('speed')}` : ''}.`,
    stalled: (v) => `${v.text('host', 'Der Server')} schickt${v.has('since') ? at(v, 'since', 'seit') : ' gerade'} nichts.`,
    verifying: () => 'Alle Daten sind da. Größe und Prüfsumme werden verglichen.',
    processing: () => 'Alle Daten sind da. Die Datei wird verarbeitet.',
    moving: () => 'Die Datei kommt an ihren Platz in der Bibliothek.',
    running: () => 'Es ist gerade im Gange.',
    completed: () => 'Fertig, ohne Besonderheiten.',
    completed_after: completedAfter,
    skipped: () => 'Übersprungen, weil die Datei schon da war.',
    failed: (v) => `Gescheitert${v.number('tries') > 1 ? ` nach ${n(v.number('tries'), { one: '# Versuch', other: '# Versuchen' })}` : ''}. ${v.cause}`,
    quarantined: (v) => `Aus der Warteschlange genommen: Aniworld endete ${times(v.number('crashes'))} hintereinander unerwartet, während dieser Download lief.`,
    cancelled: () => 'Sie haben den Download abgebrochen.',
    unknown: () => 'Die Folge ist nicht in der Warteschlange, und von einem früheren Versuch ist nichts bekannt.',
  },
  lines: {
    started: () => 'Begonnen',
    in_progress: () => 'Im Gange',
    downloading: () => 'Wird heruntergeladen',
    stalled: () => 'Stockt: Es kommen keine Daten',
    verifying: () => 'Wird geprüft',
    processing: () => 'Wird verarbeitet',
    moving: () => 'Kommt in die Bibliothek',
    paused: () => 'Angehalten',
    waiting: (v) => `Wartet${at(v, 'until', 'bis')}`,
    queued: () => 'Wartet, bis es an der Reihe ist',
    interrupted: () => 'Unterbrochen durch das Ende von Aniworld',
    completed: () => 'Abgeschlossen',
    skipped: () => 'Übersprungen: Die Datei war da',
    failed: (v) => `Gescheitert. ${v.cause}`,
    cancelled: () => 'Abgebrochen',
    answered,
    redirected: (v) => `Weitergeleitet zu ${v.text('host', 'einem anderen Server')}`,
    resumed: (v) => `Geht weiter nach ${v.bytes('at_bytes')}`,
    started_again: (v) => `Beginnt von vorn, ${v.bytes('lost_bytes')} gehen verloren: ${why(v)}`,
    retry: (v) => `${v.has('tries') ? `Versuch ${v.text('tries', '')}` : 'Ein Versuch'} scheiterte. ${v.cause}${v.has('until') ? ` Nächster Versuch${at(v, 'until', 'um')}` : ''}`,
    patience: (v) => `Der Server bittet um Geduld${at(v, 'until', 'bis')}`,
    picked: (v) => `An der Reihe: ${v.text('running', '?')} von höchstens ${v.text('parallel', '?')} laufen`,
    user_paused: () => 'Von Ihnen angehalten',
    user_paused_all: () => 'Von Ihnen mit allen Downloads angehalten',
    user_resumed: () => 'Von Ihnen fortgesetzt',
    user_resumed_all: () => 'Von Ihnen mit allen Downloads fortgesetzt',
    user_retried: () => 'Von Ihnen erneut eingereiht',
    user_cancelled: () => 'Von Ihnen abgebrochen',
    quarantined: (v) => `Aus der Warteschlange genommen, nachdem Aniworld ${times(v.number('crashes'))} unerwartet endete`,
    left_out: (v) => n(v.number('count'), { one: '# Eintrag ist hier ausgelassen', other: '# Einträge sind hier ausgelassen' }),
  },
};
