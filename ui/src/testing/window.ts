// The whole window on the fake bridge, with a clock that the test moves.

import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import axe from 'axe-core';
import { tick } from 'svelte';
import { vi } from 'vitest';
import App from '../app/App.svelte';
import type { CommandName } from '../bridge/bridge';
import { fakeBridge, TICK_MS, type FakeBridge } from '../bridge/fake';
import { ManualTime } from '../bridge/fake/time';
import type { PageName } from '../state/navigation.svelte';

export class TestWindow {
  readonly time = new ManualTime();
  readonly bridge: FakeBridge;

  constructor(scenario: string) {
    // what is said of times is said of the fake's own day
    vi.useFakeTimers({ toFake: ['Date'], now: this.time.now() });
    this.bridge = fakeBridge(scenario, this.time);
  }

  /** Lets the fake's world move, and the window draw what came of it. */
  async pass(ms: number): Promise<void> {
    this.time.advance(Math.max(ms, TICK_MS));
    vi.setSystemTime(this.time.now());
    await tick();
  }

  async go(page: PageName): Promise<void> {
    await fireEvent.click(await screen.findByTestId(`nav-${page}`));
  }

  async openSeries(title: string): Promise<void> {
    await fireEvent.click(await screen.findByText(title));
    await screen.findByTestId('series-title');
  }

  /** The arguments of every command of this name that was sent. */
  sent(name: CommandName): unknown[] {
    return this.bridge.sent.filter((command) => command.name === name).map((command) => command.args);
  }

  close(): void {
    cleanup();
    this.bridge.stop();
    vi.useRealTimers();
  }
}

/** Opens a window in this situation. */
export async function openWindow(scenario: string): Promise<TestWindow> {
  const opened = new TestWindow(scenario);
  render(App, { bridge: opened.bridge });
  await waitFor(() => {
    if (document.querySelector('[aria-busy="true"].start')) throw new Error('still starting');
  });
  return opened;
}

/** The first element of this name with these data. */
export function row(testid: string, data: Record<string, string>): HTMLElement {
  const conditions = Object.entries(data).map(([key, value]) => `[data-${key}="${value}"]`);
  const found = document.querySelector<HTMLElement>(`[data-testid="${testid}"]${conditions.join('')}`);
  if (!found) throw new Error(`no ${testid} with ${JSON.stringify(data)}`);
  return found;
}

export function findRow(testid: string, data: Record<string, string>): Promise<HTMLElement> {
  return waitFor(() => row(testid, data));
}

/** What an element says, with plain spaces. */
export function said(element: Element): string {
  return element.textContent.replace(/\s+/g, ' ').trim();
}

/** Presses a key where the focus is, or on an element. */
export function press(key: string, on: Element | null = document.activeElement, more: KeyboardEventInit = {}): Promise<boolean> {
  return fireEvent.keyDown(on ?? document.body, { key, ...more });
}

/** What is wrong for people who use a keyboard or a screen reader. Contrast needs a real browser. */
export async function barriers(): Promise<string[]> {
  const { violations } = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}
