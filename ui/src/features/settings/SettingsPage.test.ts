import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { barriers, openWindow, press, said, type TestWindow } from '../../testing/window';

let opened: TestWindow;

async function open(scenario: string): Promise<void> {
  opened = await openWindow(scenario);
  await opened.go('settings');
}

afterEach(() => { opened.close(); });

const path = () => screen.getByTestId<HTMLInputElement>('settings-path');
const parallel = () => screen.getByTestId<HTMLInputElement>('parallel');
const patches = () => opened.sent('settings_set').map((args) => (args as { patch: unknown }).patch);

describe('the history', () => {
  const days = () => screen.getByTestId<HTMLInputElement>('history-days');
  const change = async (value: string) => {
    await fireEvent.input(days(), { target: { value } });
    await fireEvent.change(days());
  };

  it('is kept for some days, or for ever', async () => {
    await open('library');
    expect(days().value).toBe('365');
    await change('30');
    await waitFor(() => { expect(patches()).toEqual([{ history_days: 30 }]); });
    await change('');
    await waitFor(() => { expect(patches()).toEqual([{ history_days: 30 }, { history_days: 0 }]); });
    await waitFor(() => { expect(days().value).toBe(''); });
    expect(days().placeholder).toBe('For ever');
    await change('0');
    await change(' ');
    expect(patches()).toHaveLength(2);
  });

  it.each(['36501', '-1', '1.5', 'long'])('is not kept for %s days; Escape takes that back', async (text) => {
    await open('library');
    await change(text);
    expect(said(await screen.findByTestId('error'))).toContain('Keep the history for');
    expect(patches()).toEqual([]);
    await press('Escape', days());
    expect(days().value).toBe('365');
    expect(screen.queryByTestId('error')).toBeNull();
  });
});

describe('the library folder', () => {
  it('is changed by typing its path', async () => {
    await open('library');
    expect(path().value).toBe('/home/you/Videos/Series');
    expect(screen.queryByTestId('settings-use-path')).toBeNull();
    await fireEvent.input(path(), { target: { value: '/media/series' } });
    await fireEvent.click(screen.getByTestId('settings-use-path'));
    expect(said(await screen.findByTestId('toast'))).toContain('The library folder was changed');
    expect(opened.sent('library_set')).toEqual([{ path: '/media/series' }]);
    expect(screen.queryByTestId('settings-use-path')).toBeNull();
  });

  it('is chosen in a dialog of the system', async () => {
    await open('library');
    await fireEvent.input(path(), { target: { value: '/elsewhere' } });
    await fireEvent.click(screen.getByTestId('settings-pick'));
    await waitFor(() => { expect(path().value).toBe('/home/you/Videos/Series'); });
    expect(opened.sent('library_pick')).toHaveLength(1);
  });

  it('is refused in words beside the field; Escape takes that back', async () => {
    await open('library');
    await fireEvent.input(path(), { target: { value: '/nowhere' } });
    await fireEvent.click(screen.getByTestId('settings-use-path'));
    const error = await screen.findByTestId('error');
    expect([error.dataset['code'], said(error)]).toEqual(['library_missing', expect.stringContaining('/nowhere')]);
    expect(path().value).toBe('/nowhere');
    await press('Escape', path());
    expect(path().value).toBe('/home/you/Videos/Series');
    expect(screen.queryByTestId('error')).toBeNull();
  });

  it('is not the user’s to change in the demo', async () => {
    await open('demo');
    expect(path().disabled).toBe(true);
  });
});

describe('parallel downloads', () => {
  it('go up and down by buttons and arrows', async () => {
    await open('library');
    await fireEvent.click(screen.getByTestId('parallel-more'));
    await waitFor(() => { expect(parallel().value).toBe('4'); });
    await press('ArrowDown', parallel());
    await waitFor(() => { expect(parallel().getAttribute('aria-valuenow')).toBe('3'); });
    expect(patches()).toEqual([{ parallel_downloads: 4 }, { parallel_downloads: 3 }]);
  });

  it('are typed', async () => {
    await open('library');
    await fireEvent.change(parallel(), { target: { value: '12' } });
    await waitFor(() => { expect(parallel().getAttribute('aria-valuenow')).toBe('12'); });
  });

  it.each(['0', '17', '-2', 'many', '2.5', ''])('cannot be %j, and the old number stays', async (value) => {
    await open('library');
    await fireEvent.input(parallel(), { target: { value } });
    await press('Enter', parallel());
    const error = await screen.findByTestId('error');
    expect(said(error)).toMatch(/“Parallel downloads” cannot have this value.*the old one is still in force/);
    expect(patches()).toEqual([]);
    expect(parallel().getAttribute('aria-describedby')).toBe(error.parentElement?.id);
    await press('Escape', parallel());
    expect(parallel().value).toBe('3');
  });
});

describe('the window', () => {
  it('changes its colours at once', async () => {
    await open('library,light');
    expect(document.documentElement.dataset['theme']).toBe('light');
    await fireEvent.click(screen.getByTestId('theme-dark'));
    await waitFor(() => { expect(document.documentElement.dataset['theme']).toBe('dark'); });
    expect(screen.getByTestId('theme-dark').getAttribute('aria-pressed')).toBe('true');
  });

  it('changes its language at once, and back to the system’s', async () => {
    await open('library');
    await fireEvent.click(screen.getByTestId('language-de'));
    await screen.findByRole('heading', { name: 'Einstellungen' });
    expect(document.documentElement.lang).toBe('de');
    await fireEvent.click(screen.getByTestId('language-system'));
    await screen.findByRole('heading', { name: 'Settings' });
    expect(patches()).toEqual([{ language: 'de' }, { language: 'system' }]);
  });

  it('shows its shortcuts, its version and the way out', async () => {
    await open('library');
    await fireEvent.click(screen.getByTestId('shortcuts'));
    expect(said(await screen.findByRole('dialog'))).toContain('Pause or resume the selected download');
    expect(said(screen.getByTestId('version'))).toBe('Aniworld 0.1.0');
    await fireEvent.click(screen.getByTestId('quit'));
    expect(opened.sent('app_quit')).toHaveLength(1);
  });

  it('says why a setting could not be kept', async () => {
    await open('library');
    opened.bridge.refuse('settings_set', { code: 'disk', message: '', hint: '', params: { path: '/config', detail: 'it is full' } });
    await fireEvent.click(screen.getByTestId('theme-dark'));
    expect(said(await screen.findByTestId('toast'))).toContain('/config could not be used: it is full');
  });
});

it.each(['library', 'demo', 'library,de'])('no barriers: %s', async (scenario) => {
  await open(scenario);
  expect(await barriers()).toEqual([]);
});

describe('notifications', () => {
  it('are on, and are switched off and on again', async () => {
    await open('library');
    const notifications = screen.getByRole('switch', { name: 'Notifications' });
    expect(notifications.getAttribute('aria-checked')).toBe('true');
    await fireEvent.click(notifications);
    await waitFor(() => { expect(notifications.getAttribute('aria-checked')).toBe('false'); });
    await fireEvent.click(notifications);
    await waitFor(() => { expect(notifications.getAttribute('aria-checked')).toBe('true'); });
    expect(patches()).toEqual([{ notifications: false }, { notifications: true }]);
  });
});
