import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { barriers, findRow, openWindow, press, row, said, type TestWindow } from '../../testing/window';

let opened: TestWindow;

async function open(scenario: string, title = 'Night Trains'): Promise<void> {
  opened = await openWindow(scenario);
  await opened.openSeries(title);
  await waitFor(() => { expect(screen.queryAllByTestId('season-row').length).toBeGreaterThan(0); });
}

afterEach(() => { opened.close(); });

describe('a series', () => {
  it('shows its seasons, and of each episode whether it is there', async () => {
    await open('library');
    expect(said(screen.getByTestId('series-title'))).toBe('Night Trains');
    expect(said(row('season-row', { season: '1' }))).toMatch(/Season 1.*6 of 6 episodes.*Complete/);
    const have = row('episode-row', { code: 'S01E01', state: 'have' });
    expect(said(have)).toMatch(/Night Trains - S01E01.*\.mkv/);
    expect(said(have)).toContain('On disk');
    expect(within(have).queryByRole('button')).toBeNull();
    const missing = row('episode-row', { code: 'S02E04', state: 'missing' });
    expect(said(missing)).toMatch(/Missing/);
    expect(said(missing)).toContain('from media.example.org');
    expect(said(missing)).toMatch(/[\d.]+ [MG]iB/);
  });

  it('downloads one episode', async () => {
    await open('library');
    await fireEvent.click(screen.getByRole('button', { name: 'Download S02E04' }));
    await findRow('episode-row', { code: 'S02E04', state: 'queued' });
    expect(said(await screen.findByTestId('toast'))).toContain('1 episode added to the queue');
  });

  it('downloads a season, and then everything that is missing', async () => {
    await open('library');
    await fireEvent.click(screen.getByRole('button', { name: 'Download 5 missing episodes of Season 2' }));
    await findRow('episode-row', { code: 'S02E08', state: 'queued' });
    await fireEvent.click(await screen.findByRole('button', { name: 'Download 2 missing' }));
    await waitFor(() => { expect(screen.queryByTestId('download-series')).toBeNull(); });
    const selections = opened.sent('queue_add').map((args) => (args as { selection: unknown }).selection);
    expect(selections).toEqual([{ kind: 'season', series: 1, season: 2 }, { kind: 'series', series: 1 }]);
  });

  it('asks before it downloads many, with what that costs', async () => {
    await open('library', 'Salt and Stone: a daily chronicle of the northern coast');
    await fireEvent.click(screen.getByTestId('download-series'));
    const dialog = await screen.findByRole('dialog');
    expect(said(dialog)).toMatch(/Download 38 episodes\?.*GiB will be downloaded.*free/);
    await fireEvent.click(screen.getByTestId('confirm-cancel'));
    expect(opened.sent('queue_add')).toEqual([]);
    await fireEvent.click(screen.getByTestId('download-series'));
    await fireEvent.click(await screen.findByTestId('confirm-ok'));
    await waitFor(() => { expect(opened.sent('queue_add')).toHaveLength(1); });
  });

  it('shows a running download on the row of its episode, to its end', async () => {
    await open('downloads');
    const running = await findRow('episode-row', { code: 'S02E04', state: 'downloading' });
    await waitFor(() => { expect(said(running)).toMatch(/4\d%.*MiB\/s/); });
    const at = () => Number(within(running).getByRole('progressbar').getAttribute('aria-valuenow'));
    const before = at();
    await opened.pass(10_000);
    expect(at()).toBeGreaterThan(before);
    await opened.pass(120_000);
    await findRow('episode-row', { code: 'S02E04', state: 'have' });
    await waitFor(() => { expect(said(row('season-row', { season: '2' }))).not.toContain('3 of 8'); });
  });

  it('tries a failed episode again', async () => {
    await open('errors', 'Quiet Engines');
    await fireEvent.click(screen.getByRole('button', { name: 'Retry S01E01' }));
    await findRow('episode-row', { code: 'S01E01', state: 'queued' });
  });

  it('opens its folder', async () => {
    await open('library');
    await fireEvent.click(screen.getByRole('button', { name: 'Open folder' }));
    expect(opened.sent('open_folder')).toEqual([{ series: 1 }]);
  });

  it('with a thousand episodes draws only those in view', async () => {
    await open('library', 'Salt and Stone: a daily chronicle of the northern coast');
    const list = screen.getByRole('grid');
    expect(list.getAttribute('aria-rowcount')).toBe('1141');
    expect(screen.getAllByTestId('episode-row').length).toBeLessThan(40);
  });
});

describe('the keyboard', () => {
  it('goes back with Escape, to the row it came from', async () => {
    await open('library', 'Paper Gardens');
    await press('Escape');
    await screen.findByTestId('library-total');
    const list = await screen.findByRole('grid', { name: 'Series' });
    expect(document.activeElement).toBe(list);
    expect(list.querySelector('[aria-selected="true"]')?.getAttribute('data-title')).toBe('Paper Gardens');
  });

  it('moves, folds and downloads', async () => {
    await open('library');
    const list = screen.getByRole('grid', { name: 'Episodes' });
    expect(document.activeElement).toBe(list);
    await press('ArrowDown');
    await press('ArrowLeft');
    expect(screen.queryByText(/S01E01/)).toBeNull();
    expect(within(row('season-row', { season: '1' })).getByTestId('season-fold').getAttribute('aria-expanded')).toBe('false');
    await press('ArrowRight');
    await findRow('episode-row', { code: 'S01E01' });
    for (let step = 0; step < 11; step += 1) await press('ArrowDown');
    expect(list.querySelector('[aria-selected="true"]')?.getAttribute('data-code')).toBe('S02E04');
    await press('Enter');
    await findRow('episode-row', { code: 'S02E04', state: 'queued' });
    await press('ArrowLeft');
    expect(list.querySelector('[aria-selected="true"]')?.getAttribute('data-season')).toBe('2');
  });
});

describe('a series that cannot be shown', () => {
  it('because it is gone leads back', async () => {
    opened = await openWindow('library');
    await screen.findByText('Night Trains');
    opened.bridge.world.series = [];
    await fireEvent.click(screen.getByText('Night Trains'));
    await screen.findByText('This series is not in the library any more');
    await fireEvent.click(screen.getAllByRole('button', { name: 'Back to the library' })[0] as HTMLElement);
    await screen.findByTestId('library-total');
  });

  it('because of an error says so, and tries again', async () => {
    opened = await openWindow('library');
    opened.bridge.refuse('series_detail', { code: 'database_broken', message: '', hint: '', params: {} });
    await fireEvent.click(await screen.findByText('Night Trains'));
    const error = await screen.findByTestId('error');
    opened.bridge.refuse('series_detail', undefined);
    await fireEvent.click(within(error).getByRole('button', { name: 'Try again' }));
    await findRow('season-row', { season: '1' });
  });
});

it.each(['library', 'downloads', 'downloads,de'])('no barriers: %s', async (scenario) => {
  await open(scenario);
  expect(await barriers()).toEqual([]);
});
