// Which key means what, everywhere in the window. Pure; lists have their own keys.

import { PAGES, type PageName } from '../state/navigation.svelte';

export type ShortcutAction =
  | { kind: 'page'; page: PageName }
  | { kind: 'search' }
  | { kind: 'rescan' }
  | { kind: 'add' }
  | { kind: 'quit' }
  | { kind: 'help' }
  | { kind: 'escape' };

/** The parts of a keyboard event that matter. */
export interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** The action of a key; null for keys that belong to somebody else. `typing`: a text field has the focus. */
export function shortcutOf({ key, ctrlKey, metaKey, altKey }: Key, typing: boolean): ShortcutAction | null {
  if (altKey) return null;
  if (ctrlKey || metaKey) return withControl(key.toLowerCase());
  if (key === 'F5') return { kind: 'rescan' };
  if (key === 'Escape') return { kind: 'escape' };
  if (typing) return null;
  if (key === '/') return { kind: 'search' };
  if (key === '?') return { kind: 'help' };
  return null;
}

function withControl(key: string): ShortcutAction | null {
  const page = PAGES[Number(key) - 1];
  if (page) return { kind: 'page', page };
  if (key === ',') return { kind: 'page', page: 'settings' };
  if (key === 'f') return { kind: 'search' };
  if (key === 'r') return { kind: 'rescan' };
  if (key === 'n') return { kind: 'add' };
  if (key === 'q') return { kind: 'quit' };
  return null;
}

/** Whether keys go into a text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'range'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}
