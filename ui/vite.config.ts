// How the page is built, served while developing, and tested.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), svelteTesting()],
  clearScreen: false,
  define: {
    // the fake bridge exists while developing and in `build:fake`, never in what is shipped
    __FAKE_BRIDGE__: JSON.stringify(mode !== 'production'),
  },
  server: { port: 5173, strictPort: true },
  build: {
    target: 'safari16',
    // the content security policy allows files only, no data: fonts or styles
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test-setup.ts'],
    restoreMocks: true,
    // for machines that do many things at once; nothing here waits for time to pass
    testTimeout: 30_000,
  },
}));
