// The English words of stories.

import { pluraliser } from './format';
import type { StoryValues, StoryWords } from './story';

const n = pluraliser('en');
const downloads = (count: number) => n(count, { one: '# download', other: '# downloads' });
const tries = (count: number) => n(count, { one: '# try', other: '# tries' });
const times = (count: number) => n(count, { one: 'once', other: '# times' });
const at = (v: StoryValues, key: string, word: string) => (v.has(key) ? ` ${word} ${v.moment(key)}` : '');
const from = (v: StoryValues) => (v.has('host') ? ` from ${v.text('host', '')}` : '');
const pace = (v: StoryValues) => (v.has('speed') ? ` at ${v.speed('speed')}` : '');

const WHY: Partial<Record<string, string>> = {
  file_changed: 'the server has another version of the file now',
  no_ranges: 'the server sends whole files only',
  no_validator: 'the server gives no proof that the file is still the same',
  other_address: 'the file is at another address now',
};
const why = (v: StoryValues) => WHY[v.text('why', '')] ?? 'what came did not fit to what was there';

function turn(v: StoryValues): string {
  const order = v.number('ahead') === 0 ? 'it is the next one' : `${n(v.number('ahead'), { one: '# download comes first', other: '# downloads come first' })}`;
  const full = v.has('parallel') && v.number('running') >= v.number('parallel');
  return `It waits for its turn: ${order}${full ? `, and ${String(v.number('running'))} of at most ${String(v.number('parallel'))} are running` : ''}.`;
}

function completedAfter(v: StoryValues): string {
  const parts = [];
  if (v.number('retries') > 0) parts.push(`${tries(v.number('retries'))} failed`);
  if (v.number('resumed') > 0) parts.push(`it was resumed ${times(v.number('resumed'))}`);
  if (v.has('why')) parts.push(`it began again because ${why(v)}`);
  return `It is done, though not at once: ${parts.join(', ')}.`;
}

function answered(v: StoryValues): string {
  const parts = [`${v.text('host', 'The server')} answered ${v.text('status', '')}`];
  if (v.has('total')) parts.push(v.bytes('total'));
  if (v.number('status') < 300 && v.text('ranges', '') !== 'true') parts.push('whole files only');
  return parts.join(', ');
}

export const storyEn: StoryWords = {
  explanations: {
    waits_turn: turn,
    waits_all_paused: () => 'It waits because all downloads are paused.',
    waits_program: () => 'It waits until Aniworld works on the queue.',
    paused: (v) => `You paused it${at(v, 'since', 'at')}.`,
    paused_all: (v) => `You paused all downloads${at(v, 'since', 'at')}.`,
    waits_retry: (v) => `It is tried again${at(v, 'until', 'at')}${v.has('tries') ? `; ${tries(v.number('tries'))} failed so far` : ''}. ${v.cause}`,
    waits_server: (v) => `${v.text('host', 'The server')} asked for patience. It is tried again${at(v, 'until', 'at')}.`,
    interrupted: (v) => `It was interrupted when Aniworld ended. It goes on where it stopped${v.number('ahead') > 0 ? `, after ${downloads(v.number('ahead'))}` : ''}.`,
    starting: () => 'It is asking the server and waits for its answer.',
    downloading: (v) => `It is being downloaded${from(v)}${pace(v)}.`,
    began_again: (v) => `It is being downloaded${from(v)}${pace(v)}, from the first byte again: ${why(v)}.`,
    slow_server: (v) => `${v.text('host', 'The server')} sends no faster${v.has('speed') ? ` than ${v.speed('speed')}` : ''}.`,
    slow_disk: (v) => `The disk takes no more${v.has('speed') ? ` than ${v.speed('speed')}` : ''}.`,
    slow_limit: (v) => `Your own speed limit holds it back${v.has('speed') ? `: ${v.speed('speed')}` : ''}.`,
    stalled: (v) => `${v.text('host', 'The server')} has sent nothing${at(v, 'since', 'since')}.`,
    verifying: () => 'Every byte is there. Sizes and checksums are being compared.',
    processing: () => 'Every byte is there. The file is being processed.',
    moving: () => 'It is taking its place in the library.',
    running: () => 'It is under way.',
    completed: () => 'It is done, and nothing was odd.',
    completed_after: completedAfter,
    skipped: () => 'It was skipped, because the file was there already.',
    failed: (v) => `It failed${v.number('tries') > 1 ? ` after ${tries(v.number('tries'))}` : ''}. ${v.cause}`,
    quarantined: (v) => `It was taken out of the queue: Aniworld ended unexpectedly ${times(v.number('crashes'))} in a row while it was running.`,
    cancelled: () => 'You cancelled it.',
    unknown: () => 'It is not in the queue, and nothing is known of an earlier try.',
  },
  lines: {
    started: () => 'Started',
    in_progress: () => 'In progress',
    downloading: () => 'Downloading',
    stalled: () => 'Stalled: no data arrives',
    verifying: () => 'Verifying',
    processing: () => 'Processing',
    moving: () => 'Moving into the library',
    paused: () => 'Paused',
    waiting: (v) => `Waiting${at(v, 'until', 'until')}`,
    queued: () => 'Waits for its turn',
    interrupted: () => 'Interrupted by the end of Aniworld',
    completed: () => 'Completed',
    skipped: () => 'Skipped: the file was there',
    failed: (v) => `Failed. ${v.cause}`,
    cancelled: () => 'Cancelled',
    answered,
    redirected: (v) => `Redirected to ${v.text('host', 'another server')}`,
    resumed: (v) => `Goes on after ${v.bytes('at_bytes')}`,
    started_again: (v) => `Begins again from the first byte, losing ${v.bytes('lost_bytes')}: ${why(v)}`,
    retry: (v) => `${v.has('tries') ? `Try ${v.text('tries', '')}` : 'A try'} failed. ${v.cause}${v.has('until') ? ` Next try${at(v, 'until', 'at')}` : ''}`,
    patience: (v) => `The server asked for patience${at(v, 'until', 'until')}`,
    picked: (v) => `Its turn came: ${v.text('running', '?')} of at most ${v.text('parallel', '?')} are running`,
    user_paused: () => 'You paused it',
    user_paused_all: () => 'You paused all downloads',
    user_resumed: () => 'You let it go on',
    user_resumed_all: () => 'You let all downloads go on',
    user_retried: () => 'You put it into the queue again',
    user_cancelled: () => 'You cancelled it',
    quarantined: (v) => `Taken out of the queue after ${n(v.number('crashes'), { one: '# unexpected end', other: '# unexpected ends' })} of Aniworld`,
    left_out: (v) => n(v.number('count'), { one: '# entry is left out here', other: '# entries are left out here' }),
  },
};
