// A bridge without a program behind it: for looking at every state of the window in a browser, and for tests.

import { toCommandError, type Bridge, type CommandArgs, type CommandName, type Commands, type EventName, type Events } from '../bridge';
import type { CommandError } from '../generated/CommandError';
import { commandsOf } from './commands';
import { FakeRelay } from './relay';
import { FakeScan } from './scan';
import { build } from './scenarios';
import { browserTime, type Time } from './time';
import { FakeWorld } from './world';

/** How often the fake's world moves, in milliseconds. */
export const TICK_MS = 200;

export interface FakeBridge extends Bridge {
  readonly world: FakeWorld;
  /** Every command that was sent, in order. */
  readonly sent: { name: CommandName; args: unknown }[];
  /** Sends an event to the window. */
  emit<E extends EventName>(event: E, payload: Events[E]): void;
  /** From now on this command fails; null lets it wait for ever; undefined heals it. */
  refuse(name: CommandName, error: CommandError | null | undefined): void;
  /** Ends the clock. */
  stop(): void;
}

type Handler<E extends EventName> = (payload: Events[E]) => void;

export function fakeBridge(scenario: string, time: Time = browserTime): FakeBridge {
  const handlers: { [E in EventName]: Set<Handler<E>> } = { 'progress-frame': new Set(), 'app-notice': new Set() };
  const emit = <E extends EventName>(event: E, payload: Events[E]) => {
    for (const handler of handlers[event]) handler(payload);
  };
  const relay = new FakeRelay((frame) => { emit('progress-frame', frame); });
  const world = new FakeWorld(time, relay);
  build(world, scenario);
  const scan = new FakeScan(world);
  const commands = commandsOf(world, scan);
  const sent: FakeBridge['sent'] = [];
  const stop = time.every(TICK_MS, () => {
    world.queue.tick(TICK_MS);
    scan.tick();
    relay.flush();
  });

  async function invoke<N extends CommandName>(name: N, ...args: CommandArgs<N>): Promise<Commands[N]['answer']> {
    sent.push({ name, args: args[0] });
    const refused = world.refusals.get(name);
    if (refused === null) return new Promise(() => undefined);
    try {
      if (refused) throw refused;
      const answer = await commands[name](args[0] as Commands[N]['args']);
      queueMicrotask(() => { relay.flush(); });
      return answer;
    } catch (thrown) {
      throw toCommandError(thrown);
    }
  }

  return {
    world,
    sent,
    emit,
    invoke,
    listen(event, handler) {
      handlers[event].add(handler);
      return Promise.resolve(() => handlers[event].delete(handler));
    },
    refuse(name, error) {
      if (error === undefined) world.refusals.delete(name);
      else world.refusals.set(name, error);
    },
    stop,
  };
}
