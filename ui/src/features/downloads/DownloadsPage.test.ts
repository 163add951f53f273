import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { barriers, findRow, openWindow, press, row, said, type TestWindow } from '../../testing/window';

let opened: TestWindow;

async function open(scenario: string): Promise<void> {
  opened = await openWindow(scenario);
  await opened.go('downloads');
}

afterEach(() => { opened.close(); });

const TRAINS = { code: 'S02E04' };
const action = (job: HTMLElement, name: string) => within(job).getByTestId(`job-${name}`);

describe('the downloads', () => {
  it('show each job in its state, with its figures', async () => {
    await open('downloads');
    const running = await findRow('job-row', { ...TRAINS, state: 'downloading' });
    expect(said(running)).toContain('Night Trains');
    expect(said(running)).toContain('42%');
    expect(said(running)).toContain('5.3 MiB/s');
    expect(said(running)).toMatch(/min left/);
    expect(within(running).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('42');
    const texts = screen.getAllByTestId('job-status').map((status) => said(status));
    expect(texts).toContain('Stalled: no data arrives');
    expect(texts).toContain('Next try in 12 sec · Nobody answers at media.example.org.');
    expect(texts).toContain('Skipped, the file exists');
    expect(texts).toContain('Cancelled');
  });

  it('say how long all of them take and what limits them', async () => {
    await open('downloads');
    await findRow('job-row', TRAINS);
    expect(said(await screen.findByTestId('limited-by'))).toContain('limited by media.example.org');
  });

  it('move with the frames, without asking again', async () => {
    await open('downloads');
    const job = await findRow('job-row', TRAINS);
    const before = Number(job.dataset['percent']);
    const asked = opened.sent('queue_list').length;
    await opened.pass(1_000);
    expect(Number(row('job-row', TRAINS).dataset['percent'])).toBeGreaterThan(before);
    await opened.pass(1_000);
    expect(opened.sent('queue_list').length - asked).toBeLessThanOrEqual(1);
  });

  it('count down to the next try', async () => {
    await open('downloads');
    const { code = '' } = (await findRow('job-row', { state: 'waiting' })).dataset;
    const waiting = () => said(row('job-row', { code, state: 'waiting' }));
    await waitFor(() => { expect(waiting()).toContain('Next try in 12 sec'); });
    await opened.pass(5_000);
    await waitFor(() => { expect(waiting()).toContain('Next try in 7 sec'); }, { timeout: 3_000 });
  });

  it('end as completed only when they are', async () => {
    await open('downloads');
    const verifying = await findRow('job-row', { state: 'verifying' });
    expect(verifying.dataset['percent']).toBe('100');
    expect(said(verifying)).toContain('Verifying');
    const { code = '' } = verifying.dataset;
    await opened.pass(600);
    await waitFor(() => { expect(said(row('job-row', { code, state: 'completed' }))).toMatch(/Completed · today/); });
  });

  it('tell the relay which rows are in view', async () => {
    await open('many');
    await waitFor(() => {
      const last = opened.sent('progress_visible_rows').at(-1) as { ids: string[] };
      expect(last.ids).toContain('download_Night Trains_1_8');
      expect(last.ids.length).toBeLessThan(40);
    });
    expect(document.querySelectorAll('[data-testid="job-row"]').length).toBeLessThan(40);
  });

  it('sum up the queue', async () => {
    await open('downloads');
    expect(said(await screen.findByTestId('downloads-summary'))).toBe('5 active, 5 waiting');
    expect(said(screen.getByTestId('downloads-filter-active'))).toContain('10');
    expect(said(screen.getByTestId('downloads-filter-failed'))).toContain('2');
  });
});

describe('the buttons of a download', () => {
  it('pause and resume it', async () => {
    await open('downloads');
    await fireEvent.click(action(await findRow('job-row', TRAINS), 'pause'));
    const paused = await findRow('job-row', { ...TRAINS, state: 'paused' });
    expect(paused.dataset['percent']).toBe('42');
    await fireEvent.click(action(paused, 'resume'));
    await findRow('job-row', { ...TRAINS, state: 'queued' });
  });

  it('keep the focus while their meaning changes', async () => {
    await open('downloads');
    const pause = action(await findRow('job-row', TRAINS), 'pause');
    pause.focus();
    await fireEvent.click(pause);
    await findRow('job-row', { ...TRAINS, state: 'paused' });
    expect(document.activeElement?.getAttribute('data-testid')).toBe('job-resume');
  });

  it('cancel what has begun only after a question', async () => {
    await open('downloads');
    await fireEvent.click(action(await findRow('job-row', TRAINS), 'cancel'));
    expect(said(await screen.findByRole('dialog'))).toContain('248 MiB have arrived already');
    await fireEvent.click(screen.getByTestId('confirm-cancel'));
    expect(opened.sent('queue_act')).toEqual([]);
    await fireEvent.click(action(row('job-row', TRAINS), 'cancel'));
    await fireEvent.click(await screen.findByTestId('confirm-ok'));
    await findRow('job-row', { ...TRAINS, state: 'cancelled' });
  });

  it('cancel what has not begun at once', async () => {
    await open('downloads');
    const queued = await findRow('job-row', { state: 'queued' });
    const { code = '' } = queued.dataset;
    await fireEvent.click(action(queued, 'cancel'));
    await findRow('job-row', { code, state: 'cancelled' });
  });

  it('try a failure again, which is said in words before', async () => {
    await open('downloads');
    const failed = await findRow('job-row', { state: 'failed' });
    const error = within(failed).getByTestId('error');
    expect(said(error)).toMatch(/The server has nothing at https.*Check the address/);
    const { code = '' } = failed.dataset;
    await fireEvent.click(action(failed, 'retry'));
    await findRow('job-row', { code, state: 'queued' });
  });

  it('say why an order was refused', async () => {
    await open('downloads');
    opened.bridge.refuse('queue_act', { code: 'job_state', message: '', hint: '', params: {} });
    await fireEvent.click(action(await findRow('job-row', TRAINS), 'pause'));
    expect(said(await screen.findByTestId('toast'))).toContain('moved on in the meantime');
  });

  it('pause and resume all, and clear what is over', async () => {
    await open('downloads');
    await findRow('job-row', TRAINS);
    await fireEvent.click(screen.getByTestId('pause-all'));
    await fireEvent.click(await screen.findByTestId('resume-all'));
    await screen.findByTestId('pause-all');
    await fireEvent.click(screen.getByTestId('clear-finished'));
    await waitFor(() => { expect(document.querySelector('[data-state="failed"]')).toBeNull(); });
    expect(opened.bridge.sent.map(({ name }) => name)).toEqual(expect.arrayContaining(['queue_pause_all', 'queue_resume_all', 'queue_clear_finished']));
  });
});

describe('the keyboard', () => {
  it('selects, pauses, cancels and opens', async () => {
    await open('downloads');
    await findRow('job-row', TRAINS);
    const list = screen.getByRole('grid', { name: 'Downloads' });
    list.focus();
    await press(' ');
    await findRow('job-row', { ...TRAINS, state: 'paused' });
    await press('Delete');
    expect(await screen.findByRole('dialog')).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByTestId('confirm-cancel'));
    await fireEvent.click(screen.getByTestId('confirm-cancel'));
    list.focus();
    await press('End');
    const last = list.querySelector('[aria-selected="true"]');
    expect(list.getAttribute('aria-activedescendant')).toBe(last?.id);
    await press('Enter');
    expect(said(await screen.findByTestId('series-title'))).not.toBe('');
  });

  it('reaches the buttons of the selected row only', async () => {
    await open('downloads');
    const first = await findRow('job-row', TRAINS);
    const stops = [...document.querySelectorAll<HTMLElement>('[data-testid="job-row"] button')].filter((button) => button.tabIndex === 0);
    expect(stops.every((button) => first.contains(button))).toBe(true);
    expect(stops).toHaveLength(3);
  });
});

describe('the downloads without rows', () => {
  it('lead to the library', async () => {
    await open('library');
    await fireEvent.click(await screen.findByTestId('empty-to-library'));
    await screen.findByTestId('library-total');
  });

  it.each([
    ['active', 'Nothing is being downloaded'],
    ['completed', 'Nothing is completed yet'],
    ['failed', 'Nothing failed'],
  ])('%s say so', async (filter, words) => {
    await open('library');
    await fireEvent.click(screen.getByTestId(`downloads-filter-${filter}`));
    expect(await screen.findByRole('heading', { name: words })).toBeTruthy();
  });

  it('say why they could not be read, and try again', async () => {
    await open('refused');
    const error = await screen.findByTestId('error');
    expect(error.dataset['code']).toBe('database_broken');
    opened.bridge.refuse('queue_list', undefined);
    await fireEvent.click(within(error).getByRole('button', { name: 'Try again' }));
    await screen.findByTestId('empty-to-library');
  });
});

it.each(['downloads', 'errors', 'library', 'refused', 'slow', 'downloads,de'])('no barriers: %s', async (scenario) => {
  await open(scenario);
  await waitFor(() => { expect(document.querySelector('h1')).not.toBeNull(); });
  expect(await barriers()).toEqual([]);
});
