import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../cli/report-file.js';
import { isAllProved } from '../../cli/report-tables.js';
import { claimsOf, type Proof, readMacros, type Shown, type Tie } from '../../prove/index.js';
import { netfront, type Project, oneSentence, ours } from '../fixtures/cli/netfront.js';

interface Found {
  readonly verdicts: readonly { readonly proofs: readonly Proof[]; readonly shown: readonly Shown[] }[];
  readonly ties: readonly Tie[];
}

describe('netfront prove', () => {
  let project: Project;
  beforeAll(async () => {
    project = await ours();
  });
  afterAll(() => project.remove());

  // A minute on two processors that have nothing else to do.
  const MINUTES = 600_000;

  test(
    'proves every obligation, shows each fault in a small ring, and ends',
    { timeout: MINUTES },
    async () => {
      const report = project.at('build', 'report.json');
      const { status, stdout, stderr } = await netfront(
        ['--root', project.root, 'prove', '--json', '--seconds', '600', '--report', report],
        { timeout: MINUTES },
      );
      const { verdicts, ties } = JSON.parse(stdout) as Found;
      const proofs = verdicts.flatMap((verdict) => verdict.proofs);
      expect(proofs.flatMap(({ open }) => open)).toEqual([]);
      expect(new Set(proofs.map(({ number }) => number))).toEqual(
        new Set([
          ...['-', 'P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9'],
          ...['P16', 'P20', 'P16, P20', 'P21', 'P25', 'P26'],
          ...['P50', 'P51', 'P52', 'P53', 'P54', 'P55', 'P56'],
        ]),
      );
      for (const { obligations, proved } of proofs) expect(proved).toBe(obligations);
      expect(proofs.reduce((sum, { proved }) => sum + proved, 0)).toBeGreaterThan(800);

      const all = verdicts.flatMap((verdict) => verdict.shown);
      for (const { step } of all) expect(step).not.toMatch(/undefined|NaN/);
      const from = (machine: RegExp): readonly Shown[] => all.filter((each) => machine.test(each.machine));
      const ids = from(/^NetfrontTx$/);
      expect(ids.length).toBe(8);
      for (const { step } of ids)
        expect(step).toMatch(/^N = [12], IdScheme = \w+, Blocks = [12], Grefs = 1, rsp_cons = 0/);
      const chains = from(/^TxPackets$/);
      expect(chains.length).toBe(10);
      for (const { step } of chains)
        expect(step).toMatch(/^N = [12], MaxSlots = [12], IdScheme = \w+, Blocks = [12], rsp_cons = 0/);
      const macros = from(/^ring\.h$/);
      expect(macros.length).toBe(15);
      for (const { step } of macros) expect(step).toMatch(/\b(nr_ents = 1|rsp_cons = \d+).*gives \d+\. It /);

      const shown = from(/^Ring/);
      expect(shown.length).toBe(11);
      for (const { step } of shown) expect(step).toMatch(/^N = 1, rsp_cons = \d/);
      const of = (fault: string): string => shown.find((each) => each.fault === fault)!.step!;
      expect(of('no_final_check')).toMatch(
        /rsp_event = 1, poller = armed, .* FrontFinalCheck: poller = asleep\.$/,
      );
      expect(of('unbounded_index')).toContain('rsp_cons = 4294967295');
      for (const { machine, step } of shown) {
        expect(step).toMatch(/ ring = <(empty|request|response)>/);
        // P26 and more: a slot between rsp_cons and rsp_prod_pvt has a response.
        const [cons, prod] = ['rsp_cons', 'rsp_prod_pvt'].map((name) =>
          Number(step!.match(`${name} = (\\d+)`)![1]),
        );
        if (machine === 'Ring' && cons !== prod) expect(step).toContain('ring = <response>');
      }

      const { proofs: rows } = JSON.parse(await readFile(report, 'utf8')) as Report;
      expect(rows.map(({ name }) => name)).toEqual(claimsOf(readMacros('.')).map(({ name }) => name));
      expect(rows.reduce((sum, { proved }) => sum + proved, 0)).toBe(
        proofs.reduce((sum, { proved }) => sum + proved, 0),
      );
      expect(rows.reduce((sum, row) => sum + row.shown, 0)).toBe(all.length);
      expect(rows.filter((row) => !isAllProved(row))).toEqual([]);

      expect(ties).toEqual([]);
      expect(stderr).toContain('ring_4_trace ... no graph in build/traces, so nothing is compared with it');
      expect(status).toBe(0);
    },
  );

  test('asked for the graphs, and without them, it is one sentence and exit status 2', async () => {
    const { status, stdout, stderr } = await project.run('prove', '--graphs');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toContain('There is no graph of ring_1 in build/traces');
  });

  test('asked for the graphs, and with no model that has one, it is one sentence and exit status 2', async () => {
    const manifest = path.join('spec', 'models', 'manifest.json');
    const text = await readFile(project.at(manifest), 'utf8');
    await project.edit(manifest, (all) => all.replaceAll(/,\s*"graphOf": "ring[^"]*"/g, ''));
    const { status, stdout, stderr } = await project.run('prove', '--graphs');
    await project.edit(manifest, () => text);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toContain('no model of MCRing');
  });

  test('a report that is none is one sentence and exit status 2, before anything is proved', async () => {
    const file = project.at('notes.txt');
    await writeFile(file, 'notes');
    const { status, stdout, stderr } = await project.run('prove', '--report', file);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(oneSentence);
    expect(await readFile(file, 'utf8')).toBe('notes');
  });

  test('a graph that cannot be read is one sentence and exit status 2', async () => {
    const dot = project.at('build', 'traces', 'ring_1.dot');
    await mkdir(path.dirname(dot), { recursive: true });
    await writeFile(dot, 'strict digraph DiskGraph {\n');
    const { status, stderr } = await project.run('prove');
    expect(status).toBe(2);
    expect(stderr.split('\n').at(-1)).toMatch(oneSentence);
    expect(stderr).toContain('ring_1.dot:1: the dump ends before its closing brace; TLC was stopped');
  });

  test('importing the command does not load the solver', async () => {
    const script =
      "await import('./dist/cli/netfront.js');" +
      "const { default: { _cache } } = await import('node:module');" +
      "console.log(Object.keys(_cache).filter((file) => file.includes('z3-solver')).length);" +
      "await import('z3-solver');" +
      "console.log(Object.keys(_cache).filter((file) => file.includes('z3-solver')).length > 0);";
    const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', script]);
    expect(stdout.split('\n')).toEqual(['0', 'true']);
  });
});
