// What this window knows of progress: a pure reducer over snapshots and frames.
//
// The protocol: listen, then join; frames that come before the answers wait, those that the answers
// contain are dropped, the others are applied in order. A jump in the count or a new epoch means that
// something was lost, and the window joins all its unions again. One more union is joined beside the
// frames: its snapshot is newer than every frame before it, and the order of messages decides.

import type { Frame } from '../bridge/generated/Frame';
import type { JoinAnswer } from '../bridge/generated/JoinAnswer';
import type { MessageData } from '../bridge/generated/MessageData';
import type { RoomMessage } from '../bridge/generated/RoomMessage';
import { brings, MAIN, ROOMS, type Unions } from './rooms';

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
  /** What was joined, and the downloads that a list shows (null: all): nothing else is kept. */
  readonly unions: Unions;
  readonly rows: ReadonlySet<string> | null;
}

export type ProgressInput =
  | { readonly kind: 'join' }
  /** Of all unions, in the order in which they were joined. */
  | { readonly kind: 'answers'; readonly answers: readonly JoinAnswer[] }
  /** Of one more union. */
  | { readonly kind: 'joined'; readonly answer: JoinAnswer }
  | { readonly kind: 'unions'; readonly unions: Unions }
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** Other downloads are no longer reported, unless a union names them: what is known of them grows stale. */
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
  unions: new Map([[MAIN, ROOMS]]),
  rows: null,
};

export function apply(state: ProgressState, input: ProgressInput): Step {
  switch (input.kind) {
    case 'join':
      return quiet({ ...state, phase: 'joining' });
    case 'answers':
      return answered(state, input.answers);
    case 'joined':
      return joined(state, input.answer);
    case 'frame':
      return state.phase === 'joining' ? buffered(state, input.frame) : framed(state, input.frame);
    case 'unions':
      return narrowed({ ...state, unions: input.unions });
    case 'rows':
      return narrowed({ ...state, rows: input.ids });
  }
}

function quiet(state: ProgressState): Step {
  return { state, changes: [], rejoin: false };
}

function buffered(state: ProgressState, frame: Frame): Step {
  return quiet({ ...state, waiting: [...state.waiting, frame].slice(-WAITING_LIMIT) });
}

function answered(state: ProgressState, [first, ...others]: readonly JoinAnswer[]): Step {
  if (first === undefined) return quiet(state);
  if (others.some(({ epoch }) => epoch !== first.epoch)) return { state, changes: [], rejoin: true };
  const operations = new Map<string, MessageData>();
  const seqs = new Map<string, number>();
  for (const { messages } of [first, ...others]) for (const message of messages) updated(state, operations, seqs, message);
  // frames after the first answer may hold what only its union brings; what they repeat is older than what is known
  let step: Step = {
    state: { ...state, phase: 'live', epoch: first.epoch, frame: first.frame, operations, seqs, waiting: [] },
    changes: differences(state.operations, operations),
    rejoin: false,
  };
  for (const frame of state.waiting) {
    // of an older epoch: the snapshot is newer than all of it
    if (frame.epoch < first.epoch) continue;
    const next = framed(step.state, frame);
    step = { ...next, changes: [...step.changes, ...next.changes] };
    if (step.rejoin) return step;
  }
  return step;
}

function joined(state: ProgressState, answer: JoinAnswer): Step {
  // something was lost in the meantime, and everything is joined again
  if (state.phase === 'joining') return quiet(state);
  if (answer.epoch !== state.epoch) return { state: { ...state, phase: 'joining' }, changes: [], rejoin: true };
  return merged(state, answer.messages);
}

function framed(state: ProgressState, frame: Frame): Step {
  if (frame.epoch === state.epoch && frame.frame <= state.frame) return quiet(state);
  if (frame.epoch !== state.epoch || frame.frame !== state.frame + 1) {
    // this frame cannot be applied; it waits, because the answer to the next join may come before it
    return { state: { ...state, phase: 'joining', waiting: [frame] }, changes: [], rejoin: true };
  }
  if (frame.messages.length === 0) return quiet({ ...state, frame: frame.frame });
  return merged({ ...state, frame: frame.frame }, frame.messages);
}

function merged(state: ProgressState, messages: readonly RoomMessage[]): Step {
  const operations = new Map(state.operations);
  const seqs = new Map(state.seqs);
  const changes = messages.flatMap((message) => updated(state, operations, seqs, message));
  return { state: { ...state, operations, seqs }, changes, rejoin: false };
}

function updated(
  { unions, rows }: ProgressState,
  operations: Map<string, MessageData>,
  seqs: Map<string, number>,
  message: RoomMessage,
): Change[] {
  const { id } = message.data;
  // it was on its way when its union was left or its row went out of view
  if (!brings(unions, rows, message.data)) return [];
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

/** Forgets what no union brings any more. */
function narrowed(state: ProgressState): Step {
  const stale = [...state.operations.values()].filter((data) => !brings(state.unions, state.rows, data));
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
