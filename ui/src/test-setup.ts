// What a browser has and the simulated one of the tests lacks.

import { configure } from '@testing-library/svelte';

// how long a test looks for what should appear; it goes on as soon as that is there
configure({ asyncUtilTimeout: 10_000 });

class NoResizes implements ResizeObserver {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
}

function completeBrowser(): void {
  window.matchMedia = (media: string) =>
    Object.assign(new EventTarget(), {
      matches: false,
      media,
      onchange: null,
      addListener: () => undefined,
      removeListener: () => undefined,
    });
  window.ResizeObserver = NoResizes;
  // asked for by the accessibility checks only
  HTMLCanvasElement.prototype.getContext = () => null;
  const dialog = HTMLDialogElement.prototype;
  dialog.showModal = function showModal() {
    this.open = true;
    this.querySelector<HTMLElement>('[autofocus], button')?.focus();
  };
  dialog.close = function close() {
    this.open = false;
    this.dispatchEvent(new Event('close'));
  };
}

// tests of the build run without a browser
if (typeof window !== 'undefined') completeBrowser();
