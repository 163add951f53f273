import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { barriers, findRow, openWindow, press, said, type TestWindow } from '../../testing/window';

let opened: TestWindow;

afterEach(() => { opened.close(); });

async function choose(folder: string): Promise<void> {
  await fireEvent.input(await screen.findByTestId('firstrun-path'), { target: { value: folder } });
  await fireEvent.click(screen.getByTestId('firstrun-use-path'));
}

async function add(url: string): Promise<void> {
  await fireEvent.input(await screen.findByTestId('firstrun-source-url'), { target: { value: url } });
  await fireEvent.click(screen.getByTestId('firstrun-add-source'));
}

describe('the first run', () => {
  it('takes a folder, then a source, then looks what is missing', async () => {
    opened = await openWindow('firstrun');
    await choose('/media/series');
    await add('https://media.example.org/');
    await findRow('series-row', { title: 'Night Trains', have: '4', missing: '2' });
    expect(opened.sent('library_rescan')).toHaveLength(1);
  });

  it('explains a folder that is not there, and goes on once it is', async () => {
    opened = await openWindow('firstrun');
    await choose('/nowhere');
    const error = await screen.findByTestId('error');
    expect([error.dataset['code'], said(error)]).toEqual(['library_missing', expect.stringContaining('/nowhere')]);
    await choose('/media/series');
    await screen.findByTestId('firstrun-source-url');
  });

  it('explains an address that is none, and stays', async () => {
    opened = await openWindow('firstrun');
    await choose('/media/series');
    await add('not an address');
    expect((await screen.findByTestId('error')).dataset['code']).toBe('invalid_url');
    await fireEvent.click(screen.getByTestId('firstrun-skip-source'));
    await screen.findByTestId('empty-add-source');
  });

  it('offers the demo, which can be left again', async () => {
    opened = await openWindow('firstrun');
    await fireEvent.click(await screen.findByTestId('firstrun-demo'));
    await screen.findByTestId('demo-banner');
    await fireEvent.click(screen.getByTestId('demo-stop'));
    await screen.findByTestId('firstrun-path');
  });

  it('has no pages to go to yet', async () => {
    opened = await openWindow('firstrun');
    await screen.findByTestId('firstrun-path');
    await press('2', document.body, { ctrlKey: true });
    expect(screen.queryByTestId('nav-downloads')).toBeNull();
  });

  it('has no barriers', async () => {
    opened = await openWindow('firstrun');
    await screen.findByTestId('firstrun-path');
    expect(await barriers()).toEqual([]);
    await choose('/media/series');
    await screen.findByTestId('firstrun-source-url');
    expect(await barriers()).toEqual([]);
  });
});

describe('a start that fails', () => {
  it('says why, and tries again', async () => {
    opened = await openWindow('nostart');
    expect(said(await screen.findByTestId('error'))).toContain('the window asked too early');
    opened.bridge.refuse('app_state', undefined);
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByTestId('firstrun-path');
    await waitFor(() => { expect(opened.sent('window_ready').length).toBeGreaterThan(0); });
  });
});
