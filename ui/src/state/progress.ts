// What this window knows of progress: a pure reducer over snapshots and frames.
//
// The protocol: listen, then join; frames that come before the answer wait, those that the answer
// contains are dropped, the others are applied in order. A jump in the count or a new epoch means that
// something was lost, and the window joins again.

import type { Frame } from '../bridge/generated/Frame';
import type { JoinAnswer } from '../bridge/generated/JoinAnswer';
import type { MessageData } from '../bridge/generated/MessageData';
import type { RoomMessage } from '../bridge/generated/RoomMessage';

/** Frames that may wait for an answer. More than this is a gap, and a gap heals itself. */
const WAITING_LIMIT = 256;

export interface ProgressState {
  readonly phase: 'joining' | 'live';
  readonly epoch: number;
  readonly frame: number;
  readonly operations: ReadonlyMap<string, MessageData>;
  /** The order of the last message of each operation: an older one never replaces a newer one. */
  readonly seqs: ReadonlyMap<string, number>;
  readonly waiting: readonly Frame[];
}

export type ProgressInput =
  | { readonly kind: 'join' }
  | { readonly kind: 'answer'; readonly answer: JoinAnswer }
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** Downloads outside these are no longer reported, so what is known of them grows stale. */
  | { readonly kind: 'rows'; readonly ids: ReadonlySet<string> };

/** One operation before and after. `before` is undefined for a new one, `after` for one that is forgotten. */
export interface Change {
  readonly id: string;
  readonly before: MessageData | undefined;
  readonly after: MessageData | undefined;
}

export interface Step {
  readonly state: ProgressState;
  readonly changes: readonly Change[];
  /** Something was lost: join again. */
  readonly rejoin: boolean;
}

export const initialProgress: ProgressState = {
  phase: 'joining',
  epoch: 0,
  frame: 0,
  operations: new Map(),
  seqs: new Map(),
  waiting: [],
};

export function apply(state: ProgressState, input: ProgressInput): Step {
  switch (input.kind) {
    case 'join':
      return quiet({ ...state, phase: 'joining' });
    case 'answer':
      return answered(state, input.answer);
    case 'frame':
      return state.phase === 'joining' ? buffered(state, input.frame) : framed(state, input.frame);
    case 'rows':
      return narrowed(state, input.ids);
  }
}

function quiet(state: ProgressState): Step {
  return { state, changes: [], rejoin: false };
}

function buffered(state: ProgressState, frame: Frame): Step {
  return quiet({ ...state, waiting: [...state.waiting, frame].slice(-WAITING_LIMIT) });
}

function answered(state: ProgressState, answer: JoinAnswer): Step {
  const operations = new Map<string, MessageData>();
  const seqs = new Map<string, number>();
  for (const message of answer.messages) {
    operations.set(message.data.id, message.data);
    seqs.set(message.data.id, message.seq);
  }
  let step: Step = {
    state: { phase: 'live', epoch: answer.epoch, frame: answer.frame, operations, seqs, waiting: [] },
    changes: differences(state.operations, operations),
    rejoin: false,
  };
  for (const frame of state.waiting) {
    // of an older epoch: the snapshot is newer than all of it
    if (frame.epoch < answer.epoch) continue;
    const next = framed(step.state, frame);
    step = { ...next, changes: [...step.changes, ...next.changes] };
    if (step.rejoin) return step;
  }
  return step;
}

function framed(state: ProgressState, frame: Frame): Step {
  if (frame.epoch === state.epoch && frame.frame <= state.frame) return quiet(state);
  if (frame.epoch !== state.epoch || frame.frame !== state.frame + 1) {
    // this frame cannot be applied; it waits, because the answer to the next join may come before it
    return { state: { ...state, phase: 'joining', waiting: [frame] }, changes: [], rejoin: true };
  }
  if (frame.messages.length === 0) return quiet({ ...state, frame: frame.frame });
  const operations = new Map(state.operations);
  const seqs = new Map(state.seqs);
  const changes = frame.messages.flatMap((message) => updated(operations, seqs, message));
  return { state: { ...state, frame: frame.frame, operations, seqs }, changes, rejoin: false };
}

function updated(operations: Map<string, MessageData>, seqs: Map<string, number>, message: RoomMessage): Change[] {
  const { id } = message.data;
  const known = seqs.get(id);
  if (known !== undefined && message.seq < known) return [];
  const before = operations.get(id);
  if (isOver(message.data)) {
    operations.delete(id);
    seqs.delete(id);
    return before === undefined ? [] : [{ id, before, after: undefined }];
  }
  operations.set(id, message.data);
  seqs.set(id, message.seq);
  return [{ id, before, after: message.data }];
}

/** What a season or a series adds up to is of no more use when its run is over. */
function isOver(data: MessageData): boolean {
  return data.metadata['scope'] !== undefined && data.status === 'completed';
}

function narrowed(state: ProgressState, ids: ReadonlySet<string>): Step {
  const stale = [...state.operations.values()].filter((data) => data.type === 'download' && !ids.has(data.id));
  if (stale.length === 0) return quiet(state);
  const operations = new Map(state.operations);
  const seqs = new Map(state.seqs);
  for (const data of stale) {
    operations.delete(data.id);
    seqs.delete(data.id);
  }
  const changes = stale.map((data) => ({ id: data.id, before: data, after: undefined }));
  return { state: { ...state, operations, seqs }, changes, rejoin: false };
}

function differences(before: ReadonlyMap<string, MessageData>, after: ReadonlyMap<string, MessageData>): Change[] {
  const changes: Change[] = [];
  for (const [id, data] of after) changes.push({ id, before: before.get(id), after: data });
  for (const [id, data] of before) {
    if (!after.has(id)) changes.push({ id, before: data, after: undefined });
  }
  return changes;
}
