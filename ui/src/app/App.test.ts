import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { findRow, openWindow, said, type TestWindow } from '../testing/window';

let opened: TestWindow;

afterEach(() => { opened.close(); });

describe('the window', () => {
  it('listens before it joins, joins once, and says that it can be shown', async () => {
    opened = await openWindow('library');
    await findRow('series-row', { title: 'Night Trains' });
    await waitFor(() => { expect(opened.sent('window_ready').length).toBeGreaterThan(0); });
    expect(opened.sent('progress_join')).toEqual([{ request: { rooms: ['downloads', 'scan', 'queue', 'system', 'errors'], name: 'main', replace: true } }]);
  });

  it('passes on what the program wants to say once', async () => {
    opened = await openWindow('library');
    opened.bridge.emit('app-notice', { code: 'no_tray_close_minimises', params: {} });
    expect(said(await screen.findByTestId('toast'))).toContain('shows no tray');
    await fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    await waitFor(() => { expect(screen.queryByTestId('toast')).toBeNull(); });
  });

  it('says on every page and in its title how far everything is', async () => {
    opened = await openWindow('downloads');
    await opened.pass(400);
    await waitFor(() => { expect(said(screen.getByTestId('status-strip'))).toMatch(/5 downloads \d+% .*MiB\/s 4 waiting/); });
    await waitFor(() => { expect(document.title).toMatch(/^\d+% · [\d.]+.MiB\/s – Aniworld$/); });
  });

  it('is up to date again after a lost frame', async () => {
    opened = await openWindow('downloads');
    await opened.go('downloads');
    const job = { code: 'S02E04' };
    const before = Number((await findRow('job-row', job)).dataset['percent']);
    opened.bridge.world.relay.loseFrame();
    await opened.pass(2_000);
    await waitFor(() => { expect(opened.sent('progress_join')).toHaveLength(2); });
    await opened.pass(2_000);
    await waitFor(async () => { expect(Number((await findRow('job-row', job)).dataset['percent'])).toBeGreaterThan(before + 3); });
  });

  it('hears of no rows on a page without them', async () => {
    opened = await openWindow('downloads');
    await opened.go('downloads');
    await waitFor(() => { expect(opened.sent('progress_visible_rows')).not.toEqual([]); });
    await opened.go('settings');
    await waitFor(() => { expect(opened.sent('progress_visible_rows').at(-1)).toEqual({ ids: [] }); });
  });
});
