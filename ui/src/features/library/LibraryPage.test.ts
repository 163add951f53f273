import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { barriers, findRow, openWindow, press, said, type TestWindow } from '../../testing/window';

let opened: TestWindow;

async function open(scenario: string): Promise<void> {
  opened = await openWindow(scenario);
}

afterEach(() => { opened.close(); });

const titles = () => screen.queryAllByTestId('series-row').map((row) => row.dataset['title']);

describe('the library', () => {
  it('shows each series with what is there and what is missing', async () => {
    await open('downloads');
    const trains = await findRow('series-row', { title: 'Night Trains', have: '9', missing: '7', queued: '2' });
    expect(said(trains)).toMatch(/9 of 16 episodes.*7 missing 2 queued/);
    expect(within(trains).getByRole('progressbar').getAttribute('aria-valuetext')).toBe('9 of 16 episodes on disk, 2 queued');
    expect(said(await findRow('series-row', { title: 'Glass Rivers' }))).toContain('Complete');
    expect(screen.getByTestId('library-total').dataset['total']).toBe('8');
  });

  it('draws only the rows in view of ten thousand', async () => {
    await open('many');
    await findRow('series-row', { title: 'Night Trains' });
    expect(titles().length).toBeLessThan(40);
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('10000');
  });

  it('searches while one types, and says when nothing matches', async () => {
    await open('library');
    await findRow('series-row', { title: 'Night Trains' });
    const field = screen.getByTestId('library-search');
    await fireEvent.input(field, { target: { value: 'letters' } });
    await waitFor(() => { expect(titles()).toEqual(['The Winter Letters']); });
    await fireEvent.input(field, { target: { value: 'nothing like it' } });
    expect(await screen.findByText('No title contains “nothing like it”.')).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Show all series' }));
    await waitFor(() => { expect(titles()).toHaveLength(8); });
  });

  it('is filtered', async () => {
    await open('library');
    await findRow('series-row', { title: 'Night Trains' });
    await fireEvent.click(screen.getByTestId('library-filter-complete'));
    await waitFor(() => { expect(titles()).toEqual(['Harbour Lights', 'The Winter Letters', 'Glass Rivers']); });
  });

  it('downloads everything only after a question, with the space there is', async () => {
    await open('library');
    await fireEvent.click(await screen.findByTestId('download-all'));
    expect(said(await screen.findByRole('dialog'))).toMatch(/Download 63 episodes\?.*5 series.*312 GiB are free/);
    await fireEvent.click(screen.getByTestId('confirm-ok'));
    await findRow('series-row', { title: 'Night Trains', queued: '7' });
    expect(said(await screen.findByTestId('toast'))).toContain('63 episodes added to the queue');
  });

  it('shows how far a check is', async () => {
    await open('library');
    await fireEvent.click(await screen.findByTestId('rescan'));
    await opened.pass(200);
    expect(said(await screen.findByTestId('scan-progress'))).toContain('Asking your sources');
    await opened.pass(1_200);
    expect(said(screen.getByTestId('scan-progress'))).toMatch(/Looking through your folders.*\d+ folders/);
    await opened.pass(3_000);
    await waitFor(() => { expect(screen.queryByTestId('scan-progress')).toBeNull(); });
  });

  it('says that a check could not read all sources, and leads to them', async () => {
    await open('errors');
    await fireEvent.click(await screen.findByTestId('rescan'));
    await opened.pass(5_000);
    const note = await screen.findByTestId('sources-failed');
    expect(said(note)).toContain('2 sources could not be read.');
    await fireEvent.click(within(note).getByRole('button', { name: 'Show sources' }));
    await screen.findByTestId('source-url');
  });

  it('is never called empty while it cannot be reached', async () => {
    await open('unreachable');
    await findRow('series-row', { title: 'Night Trains' });
    expect(said(screen.getByTestId('error'))).toMatch(/Your library cannot be reached.*Nothing was changed/);
  });

  it('leads to the sources while there are none', async () => {
    await open('empty');
    await fireEvent.click(await screen.findByTestId('empty-add-source'));
    await screen.findByTestId('source-url');
  });
});

describe('the keyboard', () => {
  it('finds, chooses, opens and comes back', async () => {
    await open('library');
    await findRow('series-row', { title: 'Night Trains' });
    await press('/', document.body);
    expect(document.activeElement).toBe(screen.getByTestId('library-search'));
    await press('ArrowDown');
    const list = screen.getByRole('grid');
    expect(document.activeElement).toBe(list);
    await press('ArrowDown');
    await press('Enter');
    expect((await screen.findByTestId('series-title')).textContent).toBe('Harbour Lights');
  });

  it.each([
    ['2', 'downloads'],
    ['3', 'history'],
    ['4', 'sources'],
    [',', 'settings'],
    ['1', 'library'],
  ])('Ctrl %s leads to the page %s', async (key, page) => {
    await open('library');
    await findRow('series-row', { title: 'Night Trains' });
    await press(key, document.body, { ctrlKey: true });
    await waitFor(() => { expect(screen.getByTestId(`nav-${page}`).getAttribute('aria-current')).toBe('page'); });
  });

  it('checks with F5 instead of loading the page again', async () => {
    await open('library');
    await findRow('series-row', { title: 'Night Trains' });
    expect(await press('F5', document.body)).toBe(false);
    expect(opened.sent('library_rescan')).toHaveLength(1);
  });

  it('shows what it can do', async () => {
    await open('library');
    await findRow('series-row', { title: 'Night Trains' });
    await press('?', document.body);
    expect(said(await screen.findByRole('dialog'))).toContain('Keyboard shortcuts');
  });
});

it.each(['library', 'empty', 'unreachable', 'refused', 'slow', 'many', 'demo', 'library,de'])('no barriers: %s', async (scenario) => {
  await open(scenario);
  await waitFor(() => { expect(document.querySelector('h1')).not.toBeNull(); });
  expect(await barriers()).toEqual([]);
});
