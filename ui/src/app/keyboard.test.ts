import { describe, expect, it } from 'vitest';
import { isTyping, shortcutOf, type Key } from './keyboard';

const key = (name: string, more: Partial<Key> = {}): Key => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...more });
const ctrl = (name: string) => key(name, { ctrlKey: true });

describe('a key', () => {
  it.each([
    ['Ctrl 1', ctrl('1'), { kind: 'page', page: 'library' }],
    ['Ctrl 2', ctrl('2'), { kind: 'page', page: 'downloads' }],
    ['Cmd 4', key('4', { metaKey: true }), { kind: 'page', page: 'sources' }],
    ['Ctrl 3', ctrl('3'), { kind: 'page', page: 'history' }],
    ['Ctrl 5', ctrl('5'), { kind: 'page', page: 'settings' }],
    ['Ctrl ,', ctrl(','), { kind: 'page', page: 'settings' }],
    ['Ctrl F', ctrl('F'), { kind: 'search' }],
    ['Ctrl R', ctrl('r'), { kind: 'rescan' }],
    ['Ctrl N', ctrl('n'), { kind: 'add' }],
    ['Ctrl Q', ctrl('q'), { kind: 'quit' }],
    ['F5', key('F5'), { kind: 'rescan' }],
    ['Esc', key('Escape'), { kind: 'escape' }],
    ['/', key('/'), { kind: 'search' }],
    ['?', key('?'), { kind: 'help' }],
    ['Ctrl C', ctrl('c'), null],
    ['Ctrl 0', ctrl('0'), null],
    ['Alt F', key('f', { altKey: true }), null],
    ['a letter', key('a'), null],
  ])('%s', (_name, pressed, action) => {
    expect(shortcutOf(pressed, false)).toEqual(action);
  });

  it('that writes a character belongs to the text field', () => {
    expect(shortcutOf(key('/'), true)).toBeNull();
    expect(shortcutOf(key('?'), true)).toBeNull();
    expect(shortcutOf(ctrl('f'), true)).toEqual({ kind: 'search' });
  });
});

describe('typing', () => {
  it.each([
    ['a text field', '<input type="text">', true],
    ['a search field', '<input type="search">', true],
    ['a text area', '<textarea></textarea>', true],
    ['a box to tick', '<input type="checkbox">', false],
    ['a button', '<input type="button">', false],
  ])('in %s', (_name, html, expected) => {
    const holder = document.createElement('div');
    holder.innerHTML = html;
    expect(isTyping(holder.firstElementChild)).toBe(expected);
  });

  it('nowhere', () => {
    expect(isTyping(null)).toBe(false);
  });
});
