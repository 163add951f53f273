import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { HistoryQuery } from '../../bridge/generated/HistoryQuery';
import { barriers, findRow, openWindow, press, row, said, type TestWindow } from '../../testing/window';

let opened: TestWindow;

async function open(scenario: string): Promise<void> {
  opened = await openWindow(scenario);
  await opened.go('history');
}

afterEach(() => { opened.close(); });

const total = async () => Number((await screen.findByTestId('history-total')).dataset['total']);
const lastQuery = () => (opened.sent('history_list').at(-1) as { query: HistoryQuery }).query;
const caption = () => said(screen.getByTestId('chart-caption'));

async function choose(testid: string, value: string): Promise<void> {
  await fireEvent.change(screen.getByTestId(testid), { target: { value } });
}

describe('the history', () => {
  it('draws only the rows in view of thousands, and reads the others when they are looked at', async () => {
    await open('many');
    await findRow('history-row', { kind: 'download' });
    expect(await total()).toBeGreaterThan(10_000);
    expect(screen.getAllByTestId('history-row').length).toBeLessThan(40);
    expect(opened.sent('history_list')).toHaveLength(1);
    const grid = screen.getByRole('grid');
    grid.scrollTop = 56 * 9_000;
    await fireEvent.scroll(grid);
    await waitFor(() => { expect(lastQuery().offset).toBe(9_000); });
    await waitFor(() => { expect(document.querySelector('[data-index="9005"] [data-testid="history-status"]')).not.toBeNull(); });
    expect(screen.getAllByTestId('history-row').length).toBeLessThan(40);
  });

  it('says of each attempt how it ended, how much, how fast and when', async () => {
    await open('library');
    const done = await findRow('history-row', { outcome: 'completed', kind: 'download' });
    expect(said(done)).toMatch(/S\d\dE\d\d .*Completed · from media\.example\.org.*[MG]iB.*MiB\/s.*yesterday \d\d:\d\d/);
    const scan = row('history-row', { kind: 'scan' });
    expect(said(scan)).toMatch(/Check of the library Completed/);
    expect(scan.querySelectorAll('svg').length).toBe(2);
  });

  it('says in its own words why something failed, and which attempt it was', async () => {
    await open('library');
    await findRow('history-row', { kind: 'download' });
    await choose('history-outcome', 'failed');
    await waitFor(() => { expect(screen.getAllByTestId('history-row').every((it) => it.dataset['outcome'] === 'failed')).toBe(true); });
    const texts = screen.getAllByTestId('history-status').map(said);
    expect(texts.some((text) => /^Failed · Nobody answers at media\.example\.org\./.test(text))).toBe(true);
    expect(texts.join()).not.toContain('in English');
    await choose('history-outcome', 'any');
    await waitFor(() => { expect(screen.getAllByTestId('history-status').map(said).join()).toMatch(/attempt 2/); });
  });

  it('is searched by series while one types, filtered by type and time, and says when nothing matches', async () => {
    await open('library');
    await findRow('history-row', { kind: 'download' });
    const all = await total();
    await fireEvent.input(screen.getByTestId('history-search'), { target: { value: 'glass' } });
    await waitFor(async () => { expect(await total()).toBeLessThan(all / 2); });
    expect(said(screen.getByTestId('history-total'))).toMatch(/^[\d,]+ of [\d,]+ entries$/);
    expect(lastQuery()).toMatchObject({ text: 'glass', kind: null, outcome: null, since: null, until: null });
    await choose('history-kind', 'scan');
    expect(await screen.findByText('Nothing matches')).toBeTruthy();
    await fireEvent.click(screen.getByTestId('history-clear'));
    await waitFor(async () => { expect(await total()).toBe(all); });
    await choose('history-period', '7');
    await waitFor(() => { expect(lastQuery()).toMatchObject({ since: '2026-11-18', until: null }); });
  });

  it('shows what ends while it is open, without polling', async () => {
    await open('downloads');
    const before = await total();
    const asked = opened.sent('history_list').length;
    await opened.pass(600);
    await waitFor(async () => { expect(await total()).toBe(before + 1); });
    expect(said(await findRow('history-row', { code: 'S02E05' }))).toMatch(/Night Trains.*Completed.*today/);
    expect(opened.sent('history_list').length - asked).toBeLessThanOrEqual(4);
  });

  it('is read no more once another page is in front', async () => {
    await open('downloads');
    await total();
    await opened.go('settings');
    const asked = opened.sent('history_list').length;
    await opened.pass(3_000);
    expect(opened.sent('history_list')).toHaveLength(asked);
  });

  it('says with words that nothing has ended yet', async () => {
    await open('empty');
    expect(await screen.findByText('Nothing has ended yet')).toBeTruthy();
    expect(screen.queryByTestId('chart')).toBeNull();
    expect(screen.getByTestId('history-export').hasAttribute('disabled')).toBe(true);
  });

  it('says why it could not be read, and tries again', async () => {
    await open('refused');
    const error = await screen.findByTestId('error');
    opened.bridge.refuse('history_list', undefined);
    await fireEvent.click(within(error).getByRole('button', { name: 'Try again' }));
    await findRow('history-row', { kind: 'download' });
  });
});

describe('the days', () => {
  it('are walked by keys and said in words', async () => {
    await open('library');
    const chart = await screen.findByTestId('chart');
    expect(caption()).toMatch(/^Most on .* GiB/);
    chart.focus();
    await waitFor(() => { expect(caption()).toMatch(/^Nov 24, 2026: /); });
    await press('ArrowLeft', chart);
    expect(chart.getAttribute('aria-valuenow')).toBe('29');
    expect(chart.getAttribute('aria-valuetext')).toMatch(/^Nov 23, 2026: [\d.]+.[MG]iB, \d+ episodes/);
    await waitFor(() => { expect(caption()).toBe(said({ textContent: chart.getAttribute('aria-valuetext') } as Element)); });
    await press('Home', chart);
    expect(chart.getAttribute('aria-valuenow')).toBe('1');
    await press('ArrowLeft', chart);
    expect(chart.getAttribute('aria-valuenow')).toBe('1');
  });

  it('mark failures with a sign of their own', async () => {
    await open('library');
    const chart = await screen.findByTestId('chart');
    const marked = [...chart.querySelectorAll<HTMLElement>('[data-day]')].filter((day) => day.querySelector('.failed'));
    expect(marked.length).toBeGreaterThan(3);
    expect(marked.length).toBeLessThan(30);
    expect(caption()).toContain('Day with failed downloads');
  });

  it('show 30, 90 or 365 of them', async () => {
    await open('library');
    await screen.findByTestId('chart');
    for (const days of [90, 365, 30]) {
      await fireEvent.click(screen.getByTestId(`history-chart-${String(days)}`));
      await waitFor(() => { expect(screen.getByTestId('chart').querySelectorAll('[data-day]')).toHaveLength(days); });
      expect(screen.getByTestId('chart').getAttribute('aria-valuemax')).toBe(String(days));
    }
  });

  it('are listed alone with Enter, and no longer with Escape', async () => {
    await open('library');
    const chart = await screen.findByTestId('chart');
    const all = await total();
    chart.focus();
    await press('ArrowLeft', chart);
    await press('Enter', chart);
    await waitFor(() => { expect(lastQuery()).toMatchObject({ since: '2026-11-23', until: '2026-11-23' }); });
    await waitFor(async () => { expect(await total()).toBeLessThan(50); });
    expect(screen.getByTestId<HTMLSelectElement>('history-period').value).toBe('day');
    await press('Escape', chart);
    await waitFor(async () => { expect(await total()).toBe(all); });
  });

  it('add up beside the chart', async () => {
    await open('library');
    expect(said(await screen.findByTestId('figures-bytes'))).toMatch(/^Downloaded([\d.]+ [GT]iB){3}$/);
    expect(said(screen.getByTestId('figures-speed'))).toMatch(/^Average speed([\d.]+ MiB\/s){3}$/);
    expect(said(screen.getByTestId('figures-failures'))).toMatch(/^Failed\d+$/);
  });
});

describe('an export', () => {
  async function exportAs(testid: string): Promise<void> {
    await waitFor(() => { expect(screen.getByTestId('history-export').hasAttribute('disabled')).toBe(false); });
    await fireEvent.click(screen.getByTestId('history-export'));
    await fireEvent.click(await screen.findByTestId(testid));
  }

  it('writes what the filters find, and names the file', async () => {
    await open('library');
    await findRow('history-row', { kind: 'download' });
    await choose('history-kind', 'scan');
    await waitFor(async () => { expect(await total()).toBe(365); });
    await exportAs('export-json');
    expect(said(await screen.findByTestId('toast'))).toBe('365 entries written to aniworld-history.jsonl.');
    expect(opened.sent('history_export')).toEqual([{ form: 'json_lines', query: expect.objectContaining({ kind: 'scan', text: '' }) as unknown }]);
  });

  it('that is given up is no failure', async () => {
    await open('library');
    opened.bridge.world.savesTo = null;
    await exportAs('export-csv');
    await waitFor(() => { expect(screen.getByTestId('history-export').hasAttribute('disabled')).toBe(false); });
    expect(opened.sent('history_export')).toHaveLength(1);
    expect(screen.queryByTestId('toast')).toBeNull();
  });

  it('that fails says why', async () => {
    await open('library');
    opened.bridge.refuse('history_export', { code: 'disk_full', message: '', hint: '', params: { path: '/media/stick/history.csv' } });
    await exportAs('export-csv');
    expect(said(await screen.findByTestId('toast'))).toContain('/media/stick/history.csv');
  });

  it('is chosen in a menu by keys, which Escape closes', async () => {
    await open('library');
    await total();
    const button = screen.getByTestId('history-export');
    button.focus();
    await press('ArrowDown', button);
    await waitFor(() => { expect(document.activeElement).toBe(screen.getByTestId('export-csv')); });
    await press('ArrowDown');
    expect(document.activeElement).toBe(screen.getByTestId('export-json'));
    await press('Escape');
    expect(screen.queryByRole('menu')).toBeNull();
    expect(document.activeElement).toBe(button);
  });
});

it.each(['library', 'empty', 'refused', 'slow', 'downloads,de'])('no barriers: %s', async (scenario) => {
  await open(scenario);
  await waitFor(() => { expect(document.querySelector('h1')).not.toBeNull(); });
  expect(await barriers()).toEqual([]);
});
