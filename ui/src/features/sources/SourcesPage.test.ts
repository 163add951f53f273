import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { barriers, findRow, openWindow, press, said, type TestWindow } from '../../testing/window';

let opened: TestWindow;

async function open(scenario: string): Promise<void> {
  opened = await openWindow(scenario);
  await opened.go('sources');
}

afterEach(() => { opened.close(); });

const field = () => screen.getByTestId<HTMLInputElement>('source-url');

async function add(url: string): Promise<void> {
  await fireEvent.input(field(), { target: { value: url } });
  await fireEvent.click(screen.getByTestId('source-add'));
}

describe('the sources', () => {
  it('show what each is, what it offers and how it was last read', async () => {
    await open('errors');
    const folder = await findRow('source-row', { id: '1' });
    expect(said(folder)).toMatch(/media\.example\.org.*https:\/\/media\.example\.org\/series\/.*Web folder.*158 episodes in 6 series.*Complete listing.*Read: today/);
    expect(said(await findRow('source-row', { kind: 'feed' }))).toMatch(/Feed.*Newest items only/);
    const broken = await findRow('source-row', { id: '4' });
    expect(said(broken)).toMatch(/Not read yet.*There is no server named old\.example\.com.*Check the spelling/);
  });

  it('take one more by its address, and look at the library then', async () => {
    await open('library');
    expect(document.activeElement).toBe(field());
    await add('https://other.example.org/feed.xml');
    await findRow('source-row', { url: 'https://other.example.org/feed.xml', kind: 'feed' });
    expect(said(await screen.findByTestId('toast'))).toContain('other.example.org added: 6 episodes.');
    expect(field().value).toBe('');
    expect(opened.sent('library_rescan')).toHaveLength(1);
  });

  it.each([
    ['not an address', 'invalid_url', 'is not a web address'],
    ['https://nobody.invalid/', 'host_unknown', 'There is no server named nobody.invalid'],
    ['https://media.example.org/series/', 'source_exists', 'You already have this address'],
  ])('refuse %s in words beside the field', async (url, code, words) => {
    await open('library');
    await findRow('source-row', { id: '1' });
    await add(url);
    const error = await screen.findByTestId('error');
    expect([error.dataset['code'], said(error)]).toEqual([code, expect.stringContaining(words)]);
    expect(field().getAttribute('aria-invalid')).toBe('true');
    expect(field().value).toBe(url);
    expect(screen.getAllByTestId('source-row')).toHaveLength(2);
    await fireEvent.input(field(), { target: { value: `${url}x` } });
    expect(screen.queryByTestId('error')).toBeNull();
  });

  it('take what is pasted anywhere on the page', async () => {
    await open('library');
    field().blur();
    const paste = new Event('paste', { bubbles: true, cancelable: true });
    Object.assign(paste, { clipboardData: { getData: () => ' https://pasted.example.org/ ' } });
    await fireEvent(document.body, paste);
    await waitFor(() => { expect(field().value).toBe('https://pasted.example.org/'); });
    expect(document.activeElement).toBe(field());
  });

  it('are one key away', async () => {
    opened = await openWindow('library');
    await screen.findByTestId('library-total');
    await press('n', document.body, { ctrlKey: true });
    await waitFor(() => { expect(document.activeElement).toBe(field()); });
  });

  it('are read again', async () => {
    await open('library');
    await fireEvent.click(within(await findRow('source-row', { id: '1' })).getByRole('button', { name: 'Read media.example.org again' }));
    expect(said(await screen.findByTestId('toast'))).toContain('media.example.org was read: 158 episodes.');
  });

  it('say why one could not be read again', async () => {
    await open('errors');
    await fireEvent.click(within(await findRow('source-row', { id: '4' })).getByTestId('source-refresh'));
    expect(said(await screen.findByTestId('toast'))).toContain('There is no server named old.example.com');
  });

  it('are removed only after a question', async () => {
    await open('library');
    const remove = async () => fireEvent.click(within(await findRow('source-row', { id: '2' })).getByTestId('source-remove'));
    await remove();
    expect(said(await screen.findByRole('dialog'))).toMatch(/Remove Harbour Lights\?.*Your files stay/);
    await fireEvent.click(screen.getByTestId('confirm-cancel'));
    await remove();
    await fireEvent.click(await screen.findByTestId('confirm-ok'));
    await waitFor(() => { expect(screen.getAllByTestId('source-row')).toHaveLength(1); });
    expect(opened.sent('source_remove')).toEqual([{ id: 2 }]);
  });

  it('are explained while there are none', async () => {
    await open('empty');
    expect(await screen.findByRole('heading', { name: 'No sources yet' })).toBeTruthy();
  });

  it('say why they could not be listed, and try again', async () => {
    await open('refused');
    const error = await screen.findByTestId('error');
    opened.bridge.refuse('source_list', undefined);
    await fireEvent.click(within(error).getByRole('button', { name: 'Try again' }));
    await findRow('source-row', { id: '1' });
  });
});

it.each(['errors', 'empty', 'refused', 'slow', 'errors,de'])('no barriers: %s', async (scenario) => {
  await open(scenario);
  await waitFor(() => { expect(document.querySelector('h1')).not.toBeNull(); });
  expect(await barriers()).toEqual([]);
});
