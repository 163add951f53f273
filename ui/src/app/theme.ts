// Light or dark: the setting, or the system's wish where the setting is "system".

import type { Theme } from '../bridge/generated/Theme';

const wish = () => window.matchMedia('(prefers-color-scheme: dark)');

/** Colours the window, and follows the system while the theme says so. The answer ends that. */
export function followTheme(theme: Theme): () => void {
  const dark = wish();
  const paint = () => {
    document.documentElement.dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
  };
  paint();
  if (theme !== 'system') return () => undefined;
  dark.addEventListener('change', paint);
  return () => { dark.removeEventListener('change', paint); };
}
