// The German words of every error code. No sentence repeats its code: codes are for programs.

import type { ErrorWords } from './errors';

export const errorsDe: ErrorWords = {
  invalid_url: {
    what: (v) => `„${v('url', 'Das')}“ ist keine Web-Adresse.`,
    next: 'Geben Sie eine Adresse ein, die mit http:// oder https:// beginnt.',
  },
  host_unknown: {
    what: (v) => `Es gibt keinen Server namens ${v('host', 'dieser Art')}.`,
    next: 'Prüfen Sie die Schreibweise der Adresse und Ihren Internetzugang.',
  },
  connect: {
    what: (v) => `Unter ${v('host', 'dieser Adresse')} antwortet niemand.`,
    next: 'Prüfen Sie, ob der Server läuft und erreichbar ist, und versuchen Sie es erneut.',
  },
  timeout: {
    what: (v) => `${v('host', 'Der Server')} hat nicht rechtzeitig geantwortet.`,
    next: 'Versuchen Sie es später erneut; der Server hat vielleicht zu viel zu tun.',
  },
  too_slow: {
    what: (v) => `${v('host', 'Der Server')} sandte nur ${v('bytes_per_s', 'wenige')} Bytes pro Sekunde.`,
    next: 'Wiederholen Sie es später: Was angekommen ist, bleibt. Ist der Server immer so langsam, erhöhen Sie die Geduld in den Einstellungen.',
  },
  tls: {
    what: (v) => `${v('host', 'Der Server')} und Aniworld finden keine sichere Verbindung, darum wurde nichts übertragen.`,
    next: 'Prüfen Sie, ob die Adresse stimmt und der Server https spricht, und versuchen Sie es erneut.',
  },
  tls_expired: {
    what: (v) => `Das Zertifikat von ${v('host', 'diesem Server')} ist abgelaufen, darum wurde nichts übertragen.`,
    next: 'Prüfen Sie das Datum dieses Computers. Stimmt es, muss der Betreiber das Zertifikat erneuern.',
  },
  tls_not_yet_valid: {
    what: (v) => `Das Zertifikat von ${v('host', 'diesem Server')} gilt noch nicht, darum wurde nichts übertragen.`,
    next: 'Prüfen Sie das Datum dieses Computers: Es liegt wohl in der Vergangenheit.',
  },
  tls_unknown_issuer: {
    what: (v) => `Für ${v('host', 'diesen Server')} bürgt niemand, dem dieser Computer vertraut, darum wurde nichts übertragen.`,
    next: 'Ist es Ihr eigener Server, lassen Sie diesen Computer seinem Zertifikat vertrauen. Sonst verwenden Sie diese Adresse nicht.',
  },
  tls_wrong_name: {
    what: (v) => `Das Zertifikat von ${v('host', 'diesem Server')} gehört einem anderen Server, darum wurde nichts übertragen.`,
    next: 'Prüfen Sie die Schreibweise der Adresse und verwenden Sie den Namen, den der Server sich selbst gibt.',
  },
  tls_revoked: {
    what: (v) => `Das Zertifikat von ${v('host', 'diesem Server')} wurde widerrufen, darum wurde nichts übertragen.`,
    next: 'Verwenden Sie diesen Server nicht, bis sein Betreiber ein neues Zertifikat hat.',
  },
  tls_own_certificates: {
    what: () => 'Die zusätzlichen Zertifikate sind nicht lesbar.',
    next: 'Geben Sie eine Datei in PEM-Form an; sie beginnt mit -----BEGIN CERTIFICATE-----.',
  },
  proxy: {
    what: (v) => `Der Proxy ${v('proxy', 'in Gebrauch')} gibt keine Verbindung.`,
    next: 'Prüfen Sie die Adresse des Proxys in den Einstellungen oder schalten Sie ihn ab.',
  },
  proxy_login: {
    what: (v) => `Der Proxy ${v('proxy', 'in Gebrauch')} verlangt eine Anmeldung.`,
    next: 'Schreiben Sie Benutzer und Passwort in seine Adresse: http://benutzer:passwort@host:port.',
  },
  http_status: {
    what: (v) => `${v('url', 'Der Server')} antwortete mit dem Fehler ${v('status', '')}.`,
    next: 'Versuchen Sie es später erneut. Bleibt es dabei, prüfen Sie die Adresse und ob eine Anmeldung nötig ist.',
  },
  not_found: {
    what: (v) => `Der Server hat nichts unter ${v('url', 'dieser Adresse')} (Fehler ${v('status', '404')}).`,
    next: 'Prüfen Sie die Adresse oder lesen Sie die Quelle neu: Die Datei ist vielleicht umgezogen.',
  },
  rate_limited: {
    what: () => 'Der Server bittet um eine Pause.',
    next: 'Warten Sie einige Minuten und versuchen Sie es dann erneut.',
  },
  not_a_listing: {
    what: (v) => `${v('url', 'Diese Adresse')} ist eine Webseite, weder eine Ordnerliste noch ein Feed.`,
    next: 'Geben Sie die Adresse einer Ordnerliste oder eines RSS-, Atom- oder JSON-Feeds ein.',
  },
  empty_source: {
    what: (v) => `Unter ${v('url', 'dieser Adresse')} gibt es keine Folgen.`,
    next: 'Die Videos liegen vielleicht einen Ordner höher oder tiefer. Prüfen Sie die Adresse.',
  },
  bad_data: {
    what: (v) => `${v('url', 'Das Dokument')} ist beschädigt und war nicht bis zum Ende lesbar.`,
    next: 'Versuchen Sie es später erneut oder benachrichtigen Sie den Betreiber.',
  },
  too_large: {
    what: (v) => `${v('url', 'Das Dokument')} ist größer, als Aniworld liest.`,
    next: 'Geben Sie die Adresse einer einzelnen Serie oder eines kleineren Ordners ein.',
  },
  redirects: {
    what: (v) => `${v('url', 'Die Adresse')} führt im Kreis.`,
    next: 'Öffnen Sie sie im Browser und kopieren Sie die Adresse, bei der sie endet.',
  },
  source_exists: {
    what: (v) => `Diese Adresse haben Sie schon als „${v('name', 'andere Quelle')}“.`,
    next: 'Lesen Sie jene Quelle neu, statt sie doppelt hinzuzufügen.',
  },
  source_unknown: {
    what: () => 'Diese Quelle steht nicht mehr in Ihrer Liste.',
    next: 'Sie wurde vielleicht anderswo entfernt. Öffnen Sie die Liste der Quellen neu.',
  },
  short_body: {
    what: () => 'Die Datei endete, bevor alles da war.',
    next: 'Versuchen Sie es erneut: Was da ist, bleibt erhalten.',
  },
  bad_answer: {
    what: () => 'Die Antwort des Servers widerspricht sich und ist nicht vertrauenswürdig.',
    next: 'Versuchen Sie es erneut oder nehmen Sie eine andere Quelle.',
  },
  web_page: {
    what: () => 'Der Server schickte eine Seite für Browser statt des Videos.',
    next: 'Öffnen Sie die Adresse im Browser: Vielleicht ist eine Anmeldung nötig oder die Datei weg. Lesen Sie dann die Quelle neu.',
  },
  range_refused: {
    what: () => 'Der Server gibt den Rest der Datei nicht heraus.',
    next: 'Wiederholen Sie es: Es beginnt von vorn. Bleibt es dabei, wählen Sie eine andere Quelle.',
  },
  file_changed: {
    what: () => 'Die Datei änderte sich auf dem Server, während sie kam.',
    next: 'Wiederholen Sie es, wenn der Server damit fertig ist, oder wählen Sie eine andere Quelle.',
  },
  broken_media: {
    what: (v) => `Die ${v('container', 'Video')}-Datei kam ganz an, ist aber beschädigt.`,
    next: 'Wiederholen Sie es. Bleibt es dabei, ist die Datei an der Quelle beschädigt: Wählen Sie eine andere.',
  },
  stream_live: {
    what: () => 'Das ist eine Live-Übertragung: Sie hat noch kein Ende.',
    next: 'Warten Sie, bis sie vorbei ist und als Ganzes angeboten wird, oder wählen Sie eine andere Quelle.',
  },
  stream_drm: {
    what: (v) => `Dieser Stream ist durch ${v('system', 'ein Rechtesystem')} geschützt; geschützte Streams werden nicht geladen.`,
    next: 'Wählen Sie eine andere Quelle.',
  },
  stream_sample_aes: {
    what: () => 'Dieser Stream ist Bild für Bild verschlüsselt (SAMPLE-AES), was nicht unterstützt wird.',
    next: 'Wählen Sie eine andere Quelle.',
  },
  stream_init_changes: {
    what: (v) => `Dieser Stream wechselt bei Stück ${v('piece', '')} seine Kodierung; eine einzige Datei kann ihn nicht fassen.`,
    next: 'Wählen Sie eine andere Quelle.',
  },
  stream_gap: {
    what: (v) => `Der Server selbst führt Stück ${v('piece', '')} dieses Streams als fehlend.`,
    next: 'Wiederholen Sie es später oder wählen Sie eine andere Quelle.',
  },
  stream_unsupported: {
    what: (v) => `Dieser Stream braucht etwas, das nicht unterstützt wird: ${v('detail', 'unbekannt')}.`,
    next: 'Wählen Sie eine andere Quelle.',
  },
  stream_too_large: {
    what: (v) => `Dieser Stream ist größer als erlaubt: ${v('detail', 'unbekannt')}.`,
    next: 'Wählen Sie eine andere Quelle.',
  },
  stream_empty: {
    what: (v) => `In diesem Stream gibt es nichts zu laden: ${v('detail', 'unbekannt')}.`,
    next: 'Wählen Sie eine andere Quelle.',
  },
  stream_malformed: {
    what: (v) => `Die Wiedergabeliste dieses Streams ist nicht lesbar (Zeile ${v('line', '?')}).`,
    next: 'Wiederholen Sie es. Bleibt es dabei, ist der Stream an der Quelle beschädigt: Wählen Sie eine andere.',
  },
  ffmpeg_missing: {
    what: () => 'Dieser Stream braucht ffmpeg, um eine Datei zu werden, und es ist nicht verwendbar.',
    next: 'Installieren Sie ffmpeg aus den Paketen Ihres Systems oder von ffmpeg.org und wiederholen Sie es.',
  },
  remux: {
    what: () => 'Die Stücke dieses Streams ließen sich nicht zusammensetzen.',
    next: 'Wiederholen Sie es. Bleibt es dabei, aktualisieren Sie ffmpeg oder wählen Sie eine andere Quelle.',
  },
  mismatch: {
    what: () => 'Was ankam, ist nicht die Datei, die die Quelle versprochen hat.',
    next: 'Versuchen Sie es erneut. Bleibt es dabei, ist die Datei an der Quelle beschädigt.',
  },
  library_missing: {
    what: (v) => `Den Ordner ${v('path', 'Ihrer Bibliothek')} gibt es nicht.`,
    next: 'Binden Sie das Laufwerk ein oder wählen Sie einen anderen Ordner. Nichts wurde verändert.',
  },
  library_unreachable: {
    what: (v) => `${v('path', 'Der Ordner Ihrer Bibliothek')} ist weg oder leer, obwohl er Folgen enthielt.`,
    next: 'Binden Sie das Laufwerk ein und prüfen Sie dann erneut. Nichts wurde verändert.',
  },
  library_not_a_folder: {
    what: (v) => `${v('path', 'Das')} ist eine Datei, kein Ordner.`,
    next: 'Wählen Sie einen Ordner.',
  },
  read_only: {
    what: (v) => `Aniworld darf nicht in ${v('path', 'diesen Ordner')} schreiben.`,
    next: 'Erlauben Sie Ihrem Benutzer dort zu schreiben oder wählen Sie einen anderen Ordner.',
  },
  disk_full: {
    what: (v) => `Für ${v('path', 'die Datei')} ist kein Platz mehr.`,
    next: 'Schaffen Sie Platz auf diesem Laufwerk und versuchen Sie es erneut: Was da ist, bleibt erhalten.',
  },
  not_enough_space: {
    what: (v) =>
      `Es ist nicht genug Platz: ${v('needed', 'mehr')} nötig, ${v('free', 'weniger')} frei, für ${v('path', 'die Datei')}.`,
    next: 'Schaffen Sie Platz auf diesem Laufwerk und wiederholen Sie es. Nichts ging verloren.',
  },
  file_exists: {
    what: (v) => `${v('path', 'Die Datei')} ist schon da und blieb unberührt.`,
    next: 'Prüfen Sie die Bibliothek, um sie zu sehen, oder benennen Sie die Datei um.',
  },
  disk: {
    what: (v) => `${v('path', 'Eine Datei')} war nicht benutzbar: ${v('detail', 'das System hat es verweigert')}.`,
    next: 'Prüfen Sie das Laufwerk und die Rechte des Ordners und versuchen Sie es erneut.',
  },
  no_library: {
    what: () => 'Sie haben noch keinen Bibliotheksordner gewählt.',
    next: 'Wählen Sie in den Einstellungen den Ordner mit Ihren Serien.',
  },
  selection_unknown: {
    what: () => 'Was Sie gewählt haben, ist nicht mehr in der Bibliothek.',
    next: 'Prüfen Sie die Bibliothek und wählen Sie dann neu.',
  },
  nothing_missing: {
    what: () => 'Hier gibt es nichts zu laden.',
    next: 'Prüfen Sie die Bibliothek, um nach neuen Folgen zu suchen.',
  },
  job_unknown: {
    what: () => 'Dieser Download steht nicht mehr in der Liste.',
    next: 'Er wurde vielleicht anderswo entfernt.',
  },
  job_state: {
    what: () => 'Dieser Download ist inzwischen weiter, darum geht das jetzt nicht.',
    next: 'Sehen Sie seinen Stand in der Liste nach.',
  },
  setting_invalid: {
    what: (v) => `Die Einstellung „${v('field', 'Ihrer Wahl')}“ kann diesen Wert nicht haben.`,
    next: 'Geben Sie einen anderen ein; der alte gilt weiter.',
  },
  database_newer: {
    what: () => 'Die Datenbank stammt von einem neueren Aniworld.',
    next: 'Aktualisieren Sie Aniworld. Die Datenbank wurde nicht verändert.',
  },
  database_broken: {
    what: (v) => `Die Datenbank ${v('path', '')} ist nicht lesbar.`,
    next: 'Legen Sie die Datei beiseite, um neu zu beginnen, oder spielen Sie eine Kopie ein. Sie wurde nicht verändert.',
  },
  already_running: {
    what: (v) => `${v('holder', 'Ein anderes Programm')} benutzt diesen Datenordner schon.`,
    next: 'Verwenden Sie jenes, oder schließen Sie es zuerst.',
  },
  not_running: {
    what: () => 'Aniworld ist geschlossen.',
    next: 'Starten Sie zuerst Aniworld.',
  },
  busy: {
    what: (v) => `${v('path', 'Die Datei')} wird gerade von einem anderen Download geschrieben.`,
    next: 'Warten Sie, bis er fertig ist, und versuchen Sie es dann erneut.',
  },
  interrupted: {
    what: () => 'Es wurde angehalten, bevor es fertig war.',
    next: 'Starten Sie es erneut: Es geht dort weiter, wo es aufgehört hat.',
  },
  internal: {
    what: (v) => `Etwas Unerwartetes ist geschehen: ${v('detail', 'Näheres ist nicht bekannt')}.`,
    next: 'Versuchen Sie es erneut. Bleibt es dabei, melden Sie es mit diesem Wortlaut.',
  },
};
