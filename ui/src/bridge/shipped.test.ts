// @vitest-environment node
// What is shipped, built here as the program's build does it.
import { build, type Rolldown } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';

type Output = Rolldown.RolldownOutput['output'];

let output: Output;

beforeAll(async () => {
  const built = await build({ mode: 'production', logLevel: 'silent', build: { write: false } });
  output = (Array.isArray(built) ? built : [built]).flatMap((part) => ('output' in part ? part.output : [])) as unknown as Output;
}, 120_000);

const texts = () => output.map((file) => (file.type === 'chunk' ? file.code : String(file.source)));

describe('the shipped page', () => {
  it('holds the real bridge and nothing of the fake', () => {
    const all = texts().join('\n');
    expect(all).toContain('progress-frame');
    expect(all).toContain('transformCallback');
    for (const trace of ['Harbour Lights', 'media.example.org', 'ManualTime', 'no scenario']) expect(all).not.toContain(trace);
  });

  it('keeps to its content security policy: nothing inline, nothing from elsewhere', () => {
    const page = texts().find((text) => text.includes('<!doctype html>')) ?? '';
    expect(page).toMatch(/<script type="module" crossorigin src="\/assets\//);
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style|style=|https?:/);
    const code = output.filter((file) => file.type === 'chunk').map((file) => file.code).join('\n');
    expect(code).not.toMatch(/<[a-z][^>`]* style="/);
    expect(code).not.toMatch(/new Function\(|\beval\(/);
  });
});
