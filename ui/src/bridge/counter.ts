// Counts what goes through a bridge, so that a test can prove that nothing polls.

import type { Bridge, CommandArgs, CommandName, Commands, EventName, Events } from './bridge';

/** The same bridge, with its traffic counted on `window.__aniworldBridge`. */
export function counted(inner: Bridge): Bridge {
  const counts = { invokes: {} as Record<string, number>, frames: 0 };
  window.__aniworldBridge = counts;
  return {
    invoke<N extends CommandName>(name: N, ...args: CommandArgs<N>): Promise<Commands[N]['answer']> {
      counts.invokes[name] = (counts.invokes[name] ?? 0) + 1;
      return inner.invoke(name, ...args);
    },
    listen<E extends EventName>(event: E, handler: (payload: Events[E]) => void) {
      return inner.listen(event, (payload) => {
        if (event === 'progress-frame') counts.frames += 1;
        handler(payload);
      });
    },
  };
}
