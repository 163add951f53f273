// The English words of every error code. No sentence repeats its code: codes are for programs.

import type { ErrorWords } from './errors';

export const errorsEn: ErrorWords = {
  invalid_url: {
    what: (v) => `“${v('url', 'This')}” is not a web address.`,
    next: 'Enter an address that begins with http:// or https://.',
  },
  host_unknown: {
    what: (v) => `There is no server named ${v('host', 'like this')}.`,
    next: 'Check the spelling of the address and your internet access.',
  },
  connect: {
    what: (v) => `Nobody answers at ${v('host', 'this server')}.`,
    next: 'Check that the server is running and can be reached, then try again.',
  },
  timeout: {
    what: (v) => `${v('host', 'The server')} did not answer in time.`,
    next: 'Try again later; the server may have too much to do.',
  },
  too_slow: {
    what: (v) => `${v('host', 'The server')} sent only ${v('bytes_per_s', 'a few')} bytes a second.`,
    next: 'Retry later: what has arrived is kept. If the server is always so slow, raise the patience in the settings.',
  },
  tls: {
    what: (v) => `${v('host', 'The server')} and Aniworld do not agree on a safe connection, so nothing was sent.`,
    next: 'Check that the address is right and that the server speaks https, then try again.',
  },
  tls_expired: {
    what: (v) => `The certificate of ${v('host', 'the server')} has expired, so nothing was sent.`,
    next: 'Check the date of this computer. If it is right, the owner of the server must renew the certificate.',
  },
  tls_not_yet_valid: {
    what: (v) => `The certificate of ${v('host', 'the server')} is not valid yet, so nothing was sent.`,
    next: 'Check the date of this computer: it is probably in the past.',
  },
  tls_unknown_issuer: {
    what: (v) => `Nobody whom this computer trusts vouches for ${v('host', 'the server')}, so nothing was sent.`,
    next: 'If the server is your own, let this computer trust its certificate. If not, do not use this address.',
  },
  tls_wrong_name: {
    what: (v) => `The certificate of ${v('host', 'the server')} belongs to another server, so nothing was sent.`,
    next: 'Check the spelling of the address, and use the name that the server calls itself.',
  },
  tls_revoked: {
    what: (v) => `The certificate of ${v('host', 'the server')} was revoked, so nothing was sent.`,
    next: 'Do not use this server until its owner has a new certificate.',
  },
  tls_own_certificates: {
    what: () => 'The extra certificates to trust cannot be read.',
    next: 'Give a file in PEM form, which begins with -----BEGIN CERTIFICATE-----.',
  },
  proxy: {
    what: (v) => `The proxy ${v('proxy', 'in use')} gives no connection.`,
    next: 'Check the address of the proxy in the settings, or turn it off.',
  },
  proxy_login: {
    what: (v) => `The proxy ${v('proxy', 'in use')} wants a login.`,
    next: 'Put the user and the password into its address: http://user:password@host:port.',
  },
  http_status: {
    what: (v) => `${v('url', 'The server')} answered with the error ${v('status', '')}.`,
    next: 'Try again later. If it stays, check the address and whether it needs a login.',
  },
  not_found: {
    what: (v) => `The server has nothing at ${v('url', 'this address')} (error ${v('status', '404')}).`,
    next: 'Check the address, or read the source again: the file may have moved.',
  },
  rate_limited: {
    what: () => 'The server asks to be left alone for a while.',
    next: 'Wait some minutes, then try again.',
  },
  not_a_listing: {
    what: (v) => `${v('url', 'This address')} is a web page, neither a folder listing nor a feed.`,
    next: 'Enter the address of a folder listing, or of an RSS, Atom or JSON feed.',
  },
  empty_source: {
    what: (v) => `There are no episodes at ${v('url', 'this address')}.`,
    next: 'The videos may be one folder further up or down. Check the address.',
  },
  bad_data: {
    what: (v) => `${v('url', 'The document')} is damaged and could not be read to its end.`,
    next: 'Try again later, or tell the owner of the source.',
  },
  too_large: {
    what: (v) => `${v('url', 'The document')} is larger than Aniworld reads.`,
    next: 'Enter the address of a single series or of a smaller folder.',
  },
  redirects: {
    what: (v) => `${v('url', 'The address')} leads in a circle.`,
    next: 'Open it in a browser and copy the address where it ends.',
  },
  source_exists: {
    what: (v) => `You already have this address as “${v('name', 'another source')}”.`,
    next: 'Read that source again instead of adding it twice.',
  },
  source_unknown: {
    what: () => 'This source is not in your list any more.',
    next: 'It may have been removed elsewhere. Open the list of sources again.',
  },
  short_body: {
    what: () => 'The file ended before all of it had arrived.',
    next: 'Retry: what has arrived is kept.',
  },
  bad_answer: {
    what: () => 'The answer of the server contradicts itself and cannot be trusted.',
    next: 'Retry, or use another source.',
  },
  web_page: {
    what: () => 'The server sent a page for browsers instead of the video.',
    next: 'Open the address in a browser: it may need a login, or the file is gone. Then read the source again.',
  },
  range_refused: {
    what: () => 'The server does not give the rest of the file.',
    next: 'Retry: it begins anew. If it stays, choose another source.',
  },
  file_changed: {
    what: () => 'The file changed on the server while it came.',
    next: 'Retry when the server is done with it, or choose another source.',
  },
  broken_media: {
    what: (v) => `The ${v('container', 'video')} file came whole, but is damaged.`,
    next: 'Retry. If it stays, the file is damaged at the source: choose another one.',
  },
  stream_live: {
    what: () => 'This is a live stream: it has no end yet.',
    next: 'Wait until it is over and offered as a whole, or choose another source.',
  },
  stream_drm: {
    what: (v) => `This stream is protected by ${v('system', 'a rights system')}; protected streams are not fetched.`,
    next: 'Choose another source.',
  },
  stream_sample_aes: {
    what: () => 'This stream is encrypted sample by sample (SAMPLE-AES), which is not supported.',
    next: 'Choose another source.',
  },
  stream_init_changes: {
    what: (v) => `This stream changes its encoding at piece ${v('piece', '')}, so no single file can hold it.`,
    next: 'Choose another source.',
  },
  stream_gap: {
    what: (v) => `The server itself marks piece ${v('piece', '')} of this stream as missing.`,
    next: 'Retry later, or choose another source.',
  },
  stream_unsupported: {
    what: (v) => `This stream needs something that is not supported: ${v('detail', 'unknown')}.`,
    next: 'Choose another source.',
  },
  stream_too_large: {
    what: (v) => `This stream is larger than what is accepted: ${v('detail', 'unknown')}.`,
    next: 'Choose another source.',
  },
  stream_empty: {
    what: (v) => `This stream holds nothing to fetch: ${v('detail', 'unknown')}.`,
    next: 'Choose another source.',
  },
  stream_malformed: {
    what: (v) => `The playlist of this stream cannot be read (line ${v('line', '?')}).`,
    next: 'Retry. If it stays, the stream is damaged at the source: choose another one.',
  },
  ffmpeg_missing: {
    what: () => 'This stream needs ffmpeg to become one file, and it cannot be used.',
    next: 'Install ffmpeg from your system’s packages or from ffmpeg.org, then retry.',
  },
  remux: {
    what: () => 'The pieces of this stream could not be put together.',
    next: 'Retry. If it stays, update ffmpeg or choose another source.',
  },
  mismatch: {
    what: () => 'What arrived is not the file that the source promised.',
    next: 'Retry. If it stays, the file is damaged at the source.',
  },
  library_missing: {
    what: (v) => `The folder ${v('path', 'of your library')} does not exist.`,
    next: 'Mount its drive, or choose another folder. Nothing was changed.',
  },
  library_unreachable: {
    what: (v) => `${v('path', 'The folder of your library')} is gone or empty, although it held episodes before.`,
    next: 'Mount its drive, then check again. Nothing was changed.',
  },
  library_not_a_folder: {
    what: (v) => `${v('path', 'This')} is a file, not a folder.`,
    next: 'Choose a folder.',
  },
  read_only: {
    what: (v) => `Aniworld may not write to ${v('path', 'this folder')}.`,
    next: 'Allow your user to write there, or choose another folder.',
  },
  disk_full: {
    what: (v) => `There is no space left for ${v('path', 'the file')}.`,
    next: 'Make space on this drive, then retry: what has arrived is kept.',
  },
  not_enough_space: {
    what: (v) =>
      `There is not enough space: ${v('needed', 'more')} needed, ${v('free', 'less')} free, for ${v('path', 'the file')}.`,
    next: 'Make space on this drive, then retry. Nothing was lost.',
  },
  file_exists: {
    what: (v) => `${v('path', 'The file')} is there already and was left alone.`,
    next: 'Check the library to see it, or rename the file.',
  },
  disk: {
    what: (v) => `${v('path', 'A file')} could not be used: ${v('detail', 'the system refused it')}.`,
    next: 'Check the drive and the permissions of the folder, then try again.',
  },
  no_library: {
    what: () => 'You have not chosen a library folder yet.',
    next: 'Choose the folder that holds your series in the settings.',
  },
  selection_unknown: {
    what: () => 'What you chose is not in the library any more.',
    next: 'Check the library, then choose again.',
  },
  nothing_missing: {
    what: () => 'There is nothing to download here.',
    next: 'Check the library to look for new episodes.',
  },
  job_unknown: {
    what: () => 'This download is not in the list any more.',
    next: 'It may have been removed elsewhere.',
  },
  job_state: {
    what: () => 'This download has moved on in the meantime, so that is not possible now.',
    next: 'Look at its state in the list.',
  },
  setting_invalid: {
    what: (v) => `The setting “${v('field', 'you entered')}” cannot have this value.`,
    next: 'Enter another one; the old one is still in force.',
  },
  database_newer: {
    what: () => 'The database was written by a newer Aniworld.',
    next: 'Update Aniworld. The database was not changed.',
  },
  database_broken: {
    what: (v) => `The database ${v('path', '')} cannot be read.`,
    next: 'Move the file away to begin anew, or restore a copy. It was not changed.',
  },
  already_running: {
    what: (v) => `${v('holder', 'Another program')} is already using this data folder.`,
    next: 'Use that one, or close it first.',
  },
  not_running: {
    what: () => 'Aniworld is closed.',
    next: 'Start Aniworld first.',
  },
  busy: {
    what: (v) => `${v('path', 'The file')} is being written by another download.`,
    next: 'Wait for that one to end, then retry.',
  },
  interrupted: {
    what: () => 'It was stopped before it was done.',
    next: 'Start it again: it goes on where it stopped.',
  },
  internal: {
    what: (v) => `Something unexpected happened: ${v('detail', 'no details are known')}.`,
    next: 'Try again. If it stays, report it with this message.',
  },
};
