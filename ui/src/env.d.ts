/// <reference types="svelte" />
/// <reference types="vite/client" />

/** True while developing and in `build:fake`; the shipped bundle drops everything behind it. */
declare const __FAKE_BRIDGE__: boolean;

interface Window {
  /** What the page has sent and received, for the end-to-end tests. */
  __aniworldBridge?: { invokes: Record<string, number>; frames: number };
}
