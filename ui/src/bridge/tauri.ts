// The real bridge: Tauri's commands and the events of this very window.

import { invoke } from '@tauri-apps/api/core';
import { getCurrentWebviewWindow } from '@tauri-apps/api/webviewWindow';
import { toCommandError, type Bridge, type CommandArgs, type CommandName, type Commands, type EventName, type Events } from './bridge';

export function tauriBridge(): Bridge {
  return {
    async invoke<N extends CommandName>(name: N, ...args: CommandArgs<N>): Promise<Commands[N]['answer']> {
      try {
        return await invoke<Commands[N]['answer']>(name, args[0]);
      } catch (thrown) {
        throw toCommandError(thrown);
      }
    },
    // the window's own listen: the plain one also hears what is sent to other windows
    listen<E extends EventName>(event: E, handler: (payload: Events[E]) => void) {
      return getCurrentWebviewWindow().listen<Events[E]>(event, (message) => { handler(message.payload); });
    },
  };
}
