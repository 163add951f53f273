// Lint rules. The one that matters most: only `src/bridge` may talk to Tauri.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const tauriOnlyInBridge = {
  patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/bridge talks to Tauri; use the Bridge interface.' }],
};

export default ts.config(
  { ignores: ['dist', 'dist-fake', 'node_modules', 'src/bridge/generated'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, __FAKE_BRIDGE__: 'readonly' } },
    rules: {
      'no-restricted-imports': ['error', tauriOnlyInBridge],
      'no-console': 'error',
      'max-lines': ['error', 400],
      eqeqeq: 'error',
      // types already say whether a name exists, and TypeScript's globals are more than ESLint knows
      'no-undef': 'off',
      // a map that only methods of its class read needs no signals
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: { 'prefer-const': 'off', 'svelte/prefer-const': 'error' },
  },
  { files: ['src/bridge/tauri.ts'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['*.config.{js,ts}'], languageOptions: { globals: globals.node } },
);
