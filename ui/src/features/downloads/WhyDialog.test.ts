import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { barriers, findRow, openWindow, press, row, said, type TestWindow } from '../../testing/window';

let opened: TestWindow;

async function open(scenario = 'downloads'): Promise<void> {
  opened = await openWindow(scenario);
  await opened.go('downloads');
}

afterEach(() => {
  opened.close();
  vi.unstubAllGlobals();
});

const TRAINS = { code: 'S02E04' };
const button = (job: HTMLElement) => within(job).getByTestId('job-why');

async function ask(data: Record<string, string>): Promise<HTMLElement> {
  await fireEvent.click(button(await findRow('job-row', data)));
  return screen.findByTestId('why-sentence');
}

function clipboard(writeText: (text: string) => Promise<void>): void {
  vi.stubGlobal('navigator', Object.assign(Object.create(navigator) as object, { clipboard: { writeText } }));
}

describe('why', () => {
  it('is answered in one sentence, with what happened', async () => {
    await open();
    const sentence = await ask(TRAINS);
    expect(said(sentence)).toMatch(/^It is being downloaded from media\.example\.org at [\d.]+ MiB\/s\.$/);
    expect(screen.getAllByTestId('why-entry').map((entry) => entry.dataset['code'])).toEqual(['picked', 'answered', 'downloading']);
    expect(opened.sent('operation_report')[0]).toEqual({ operation: 'download_Night Trains_2_4', job: 100_001 });
  });

  it.each([
    [{ state: 'queued' }, /^It waits for its turn: it is the next one, and 5 of at most 5 are running\.$/],
    [{ state: 'waiting' }, /^It is tried again at \d\d:\d\d:\d\d; 2 tries failed so far\. Nobody answers at media\.example\.org\.$/],
    [{ state: 'paused' }, /^You paused it at/],
    [{ state: 'failed' }, /^It failed after 3 tries\. The server has nothing at/],
    [{ state: 'skipped' }, /^It was skipped/],
    [{ state: 'cancelled' }, /^You cancelled it\.$/],
    [{ state: 'completed' }, /^It is done/],
  ])('%o', async (data, words) => {
    await open();
    expect(said(await ask(data))).toMatch(words);
  });

  it('names the next step where something went wrong', async () => {
    await open();
    await ask({ state: 'failed' });
    expect(said(screen.getByTestId('why'))).toContain('Check the address');
  });

  it('speaks German', async () => {
    await open('downloads,de');
    expect(said(await ask(TRAINS))).toMatch(/^Die Folge wird heruntergeladen von media\.example\.org mit/);
  });

  it('follows the download while it is open, and only its states', async () => {
    await open();
    const { code = '' } = (await findRow('job-row', { state: 'verifying' })).dataset;
    const sentence = await ask({ code });
    expect(sentence.dataset['code']).toBe('verifying');
    await opened.pass(600);
    await waitFor(() => { expect(screen.getByTestId('why-sentence').dataset['code']).toBe('completed'); });
    const asked = opened.sent('operation_report').length;
    await opened.pass(2_000);
    expect(opened.sent('operation_report').length).toBe(asked);
  });

  it('is reached and left by the keyboard, and the focus comes back', async () => {
    await open();
    const job = await findRow('job-row', TRAINS);
    screen.getByRole('grid', { name: 'Downloads' }).focus();
    await press('w');
    await screen.findByTestId('why-sentence');
    expect(button(job).getAttribute('aria-expanded')).toBe('true');
    expect(screen.getByRole('dialog').contains(document.activeElement)).toBe(true);
    await fireEvent.click(screen.getByTestId('why-close'));
    await waitFor(() => { expect(button(row('job-row', TRAINS)).getAttribute('aria-expanded')).toBe('false'); });
    expect(screen.queryByTestId('why')).toBeNull();
  });

  it('says what it cannot answer', async () => {
    await open();
    opened.bridge.refuse('operation_report', { code: 'database_broken', message: '', hint: '', params: {} });
    await fireEvent.click(button(await findRow('job-row', TRAINS)));
    expect((await within(await screen.findByTestId('why')).findByTestId('error')).dataset['code']).toBe('database_broken');
  });

  it.each(['downloads', 'downloads,de'])('has no barriers: %s', async (scenario) => {
    await open(scenario);
    await ask({ state: 'waiting' });
    expect(await barriers()).toEqual([]);
  });
});

describe('the report', () => {
  it('is copied', async () => {
    const copied: string[] = [];
    await open();
    clipboard((text) => {
      copied.push(text);
      return Promise.resolve();
    });
    await ask(TRAINS);
    await fireEvent.click(screen.getByTestId('why-copy'));
    await screen.findByText('Copied');
    expect(copied[0]).toContain('Operation: download_Night Trains_2_4');
  });

  it('is shown where the system lets nobody copy', async () => {
    await open();
    clipboard(() => Promise.reject(new Error('denied')));
    await ask(TRAINS);
    await fireEvent.click(screen.getByTestId('why-copy'));
    const report = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Report' });
    expect(report.value).toContain('Operation: download_Night Trains_2_4');
  });
});
