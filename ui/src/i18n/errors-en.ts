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
  tls: {
    what: (v) => `${v('host', 'The server')} could not prove its identity, so nothing was sent.`,
    next: 'Check the date of this computer, and ask the owner of the server about its certificate.',
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
