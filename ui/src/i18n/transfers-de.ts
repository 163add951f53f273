// What is said about how transfers are made, in German.

import type { transfersEn } from './transfers-en';

export const transfersDe: typeof transfersEn = {
  advanced: 'Downloads: weitere Einstellungen',
  showMore: 'Weitere Einstellungen zeigen',
  showFewer: 'Weniger Einstellungen zeigen',
  speed: 'Tempolimit',
  speedText: 'Für alle Downloads zusammen. Gilt sofort; leer heißt ohne Limit.',
  speedUnit: 'MiB/s',
  noLimit: 'Ohne Limit',
  limitSpeed: 'Tempolimit einhalten',
  limitSpeedText: 'Schaltet das Limit eine Weile ab, ohne es zu vergessen.',
  perHost: 'Tempolimit für jeden Server',
  perHostText: 'Damit ein Server nicht alles verbraucht; leer heißt ohne Limit.',
  perFile: 'Verbindungen für eine Datei',
  perFileText: 'Höchstens, 1 bis 16. Ein Download beginnt mit einer und nimmt mehr, wo das schneller ist.',
  hostCap: 'Verbindungen zu einem Server',
  hostCapText: 'Höchstens, über alle Dateien, 1 bis 16.',
  tries: 'Versuche',
  triesText: 'Wie oft ein Download es ohne Fortschritt versucht, bevor er aufgibt, 1 bis 100.',
  stall: 'Geduld',
  stallText: 'So lange ohne ein Byte, und ein Versuch wird aufgegeben, 5 bis 600 Sekunden.',
  stallUnit: 'Sekunden',
  proxy: 'Proxy',
  proxyText: 'Der Weg ins Internet für Downloads und Quellen. Nie für diesen Computer selbst.',
  proxies: { system: 'Wie das System', off: 'Keiner', own: 'Ein anderer …' },
  proxyAddress: 'Adresse des Proxys',
  proxyHint: 'http://host:port oder socks5h://benutzer:passwort@host:port',
  use: 'Proxy verwenden',
};
