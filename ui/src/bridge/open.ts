// Chooses the bridge: Tauri's, or while developing the fake that the address asks for (`?fake=library`).

import type { Bridge } from './bridge';
import { counted } from './counter';

export async function openBridge(): Promise<Bridge> {
  if (__FAKE_BRIDGE__) {
    const scenario = new URLSearchParams(location.search).get('fake');
    if (scenario !== null) {
      const { fakeBridge } = await import('./fake');
      return counted(fakeBridge(scenario));
    }
  }
  const { tauriBridge } = await import('./tauri');
  return counted(tauriBridge());
}
