// The sign of each state of an episode.

import type { IconName } from '../../shared/icons';
import type { EpisodeState } from './rows';

export interface Sign {
  icon: IconName;
  tone: 'plain' | 'good' | 'accent' | 'warn' | 'bad';
}

const LIVE: Sign = { icon: 'downloads', tone: 'accent' };

export const SIGNS: Record<EpisodeState, Sign> = {
  have: { icon: 'check', tone: 'good' },
  missing: { icon: 'missing', tone: 'plain' },
  gone: { icon: 'gone', tone: 'plain' },
  queued: { icon: 'clock', tone: 'accent' },
  starting: LIVE,
  downloading: LIVE,
  verifying: LIVE,
  processing: LIVE,
  moving: LIVE,
  paused: { icon: 'pause', tone: 'plain' },
  waiting: { icon: 'clock', tone: 'warn' },
  failed: { icon: 'alert', tone: 'bad' },
};
