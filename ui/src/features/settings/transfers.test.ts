import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { barriers, openWindow, press, said, type TestWindow } from '../../testing/window';

let opened: TestWindow;

async function open(scenario = 'library'): Promise<void> {
  opened = await openWindow(scenario);
  await opened.go('settings');
}

afterEach(() => { opened.close(); });

const field = (testid: string) => screen.getByTestId<HTMLInputElement>(testid);
const patches = () => opened.sent('settings_set').map((args) => (args as { patch: { transfers?: unknown } }).patch.transfers);

async function enter(testid: string, value: string): Promise<void> {
  await fireEvent.input(field(testid), { target: { value } });
  await fireEvent.change(field(testid));
}

describe('the speed limit', () => {
  it('is entered in MiB/s, turned off without being forgotten, and taken away', async () => {
    await open();
    expect([field('speed-limit').value, field('speed-limit').placeholder]).toEqual(['', 'No limit']);
    expect(screen.queryByTestId('limit-speed')).toBeNull();
    await enter('speed-limit', '2.5');
    const toggle = await screen.findByTestId('limit-speed');
    expect(toggle.getAttribute('aria-checked')).toBe('true');
    await fireEvent.click(toggle);
    await waitFor(() => { expect(toggle.getAttribute('aria-checked')).toBe('false'); });
    expect(field('speed-limit').value).toBe('2.5');
    await enter('speed-limit', '3');
    await waitFor(() => { expect(toggle.getAttribute('aria-checked')).toBe('true'); });
    await enter('speed-limit', '');
    await waitFor(() => { expect(screen.queryByTestId('limit-speed')).toBeNull(); });
    expect(patches()).toEqual([{ speed_limit: 2_621_440 }, { limit_speed: false }, { speed_limit: 3_145_728, limit_speed: true }, { speed_limit: 0 }]);
  });

  it('is written with a comma in German', async () => {
    await open('library,de');
    await enter('speed-limit', '0,5');
    await waitFor(() => { expect(patches()).toEqual([{ speed_limit: 524_288 }]); });
    await waitFor(() => { expect(field('speed-limit').value).toBe('0,5'); });
  });

  it.each(['-1', 'fast', '1.2.3', '1000000'])('cannot be %s; Escape takes that back', async (text) => {
    await open();
    await enter('speed-limit', text);
    expect(said(await screen.findByTestId('error'))).toContain('“Speed limit” cannot have this value');
    expect(patches()).toEqual([]);
    await press('Escape', field('speed-limit'));
    expect(field('speed-limit').value).toBe('');
    expect(screen.queryByTestId('error')).toBeNull();
  });
});

describe('more settings', () => {
  async function openMore(scenario?: string): Promise<void> {
    await open(scenario);
    await fireEvent.click(screen.getByTestId('more-settings'));
  }

  it('are out of the way until they are asked for', async () => {
    await open();
    expect(screen.queryByTestId('tries')).toBeNull();
    await fireEvent.click(screen.getByTestId('more-settings'));
    expect(screen.getByTestId('more-settings').getAttribute('aria-expanded')).toBe('true');
    expect(field('tries').value).toBe('5');
    await fireEvent.click(screen.getByTestId('more-settings'));
    expect(screen.queryByTestId('tries')).toBeNull();
  });

  it.each([
    ['host-speed-limit', '1', { speed_limit_per_host: 1_048_576 }],
    ['file-connections', '16', { connections_per_file: 16 }],
    ['host-connections', '1', { connections_per_host: 1 }],
    ['tries', '9', { tries: 9 }],
    ['stall', '60', { stall_timeout_s: 60 }],
  ])('%s can be %s', async (testid, value, patch) => {
    await openMore();
    await enter(testid, value);
    await waitFor(() => { expect(patches()).toEqual([patch]); });
    await waitFor(() => { expect(field(testid).value).toBe(value); });
  });

  it.each([['file-connections', '17'], ['host-connections', '0'], ['tries', ''], ['stall', '4'], ['stall', '601']])('%s cannot be %j', async (testid, value) => {
    await openMore();
    await enter(testid, value);
    await screen.findByTestId('error');
    expect(patches()).toEqual([]);
  });

  it('choose a proxy, whose password never comes back', async () => {
    await openMore();
    const select = screen.getByTestId<HTMLSelectElement>('proxy');
    await fireEvent.change(select, { target: { value: 'off' } });
    await waitFor(() => { expect(patches()).toEqual([{ proxy: 'off' }]); });
    await fireEvent.change(select, { target: { value: 'own' } });
    expect(patches()).toHaveLength(1);
    await fireEvent.input(field('proxy-address'), { target: { value: 'http://ann:secret@proxy.example:3128' } });
    await fireEvent.click(screen.getByTestId('proxy-use'));
    await waitFor(() => { expect(field('proxy-address').value).toBe('http://proxy.example:3128'); });
    expect(screen.queryByTestId('proxy-use')).toBeNull();
    await fireEvent.change(select, { target: { value: 'system' } });
    await waitFor(() => { expect(screen.queryByTestId('proxy-address')).toBeNull(); });
    expect(patches().slice(1)).toEqual([{ proxy: 'http://ann:secret@proxy.example:3128' }, { proxy: 'system' }]);
  });

  it('refuse what is no proxy beside the field', async () => {
    await openMore();
    await fireEvent.change(screen.getByTestId('proxy'), { target: { value: 'own' } });
    await fireEvent.input(field('proxy-address'), { target: { value: 'ftp://proxy' } });
    await fireEvent.click(screen.getByTestId('proxy-use'));
    expect(said(await screen.findByTestId('error'))).toContain('“Proxy” cannot have this value');
    await press('Escape', field('proxy-address'));
    expect(screen.queryByTestId('proxy-address')).toBeNull();
  });

  it.each(['library', 'library,de'])('no barriers: %s', async (scenario) => {
    await openMore(scenario);
    expect(await barriers()).toEqual([]);
  });
});
