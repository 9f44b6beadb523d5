/** The faults of history: each is in the list, in every port, and caught by its own property. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writtenCases } from '../../conform/cases/index.js';
import { conform } from '../../conform/conform.js';
import { type Caught, complaintsOf, tableOf } from '../../ports/faults-table.js';
import { absentFrom, faultOf, knownFaults, patchesOf } from '../../ports/known-faults.js';

const ports = path.resolve('ports');
const caught = JSON.parse(readFileSync(path.join(ports, 'faults.json'), 'utf8')) as Record<
  string,
  Record<string, Caught>
>;
const known = await knownFaults(ports);
const absent = Object.fromEntries(
  await Promise.all(
    Object.keys(caught).map(async (port) => [port, await absentFrom(path.join(ports, port))]),
  ),
) as Record<string, Readonly<Record<string, string>>>;

describe('ports/faults.json', () => {
  test('has each fault of each port, by its own property', () => {
    expect(known.length).toBeGreaterThan(10);
    expect(Object.keys(caught)).toEqual(['c', 'ocaml', 'rust']);
    expect(complaintsOf({ known, caught, absent })).toEqual([]);
  });

  test.each(Object.keys(caught))('has an entry for each patch of ports/%s, and no other', async (port) => {
    expect(Object.keys(caught[port]!)).toEqual(await patchesOf(path.join(ports, port)));
  });

  test('is what the table in ports/README.md shows', () => {
    expect(readFileSync(path.join(ports, 'README.md'), 'utf8')).toContain(tableOf({ known, caught, absent }));
  });
});

describe('a complaint', () => {
  const fault = faultOf('x', 'It is wrong.\nWas in: a driver\nViolates: NotifyExact\n\n--- a/src/tx.c\n');
  const how = { case: 'tx/hold-off', property: 'NotifyExact', cases: 1 };
  test.each([
    ['no patch', [fault], {}, {}, 'there is no patch'],
    ['a patch that nobody knows', [], { x: how }, {}, 'ports/c/faults has no such patch'],
    ['another property', [fault], { x: { ...how, property: 'Conservation' } }, {}, 'should be NotifyExact'],
    ['nothing that fails', [fault], { x: null }, {}, 'a hole'],
    ['a patch, and a reason why there can be none', [fault], { x: how }, { x: 'why' }, 'cannot be'],
  ])('is made of %s', (_, list, ways, reasons, why) => {
    const complaints = complaintsOf({ known: list, caught: { rust: ways }, absent: { rust: reasons } });
    expect(complaints).toEqual([expect.stringContaining(why)]);
  });

  test('is not made of a fault that a language cannot have', () => {
    expect(complaintsOf({ known: [fault], caught: { rust: {} }, absent: { rust: { x: 'why' } } })).toEqual(
      [],
    );
  });

  test('is made of a patch whose head says too little', () => {
    expect(() => faultOf('x', 'It is wrong.\n--- a/src/tx.c\n')).toThrow('x.patch');
    expect(() => faultOf('x', 'It.\nWas in: a driver\nViolates: Nothing\n--- a\n')).toThrow('x.patch');
  });
});

const hasToolchain = existsSync('/usr/include/xen/io/ring.h') && existsSync('/usr/bin/cc');

describe.skipIf(!hasToolchain)('the port in C', { timeout: 600_000 }, () => {
  let copy: string;
  beforeAll(async () => {
    copy = await mkdtemp(path.join(tmpdir(), 'netfront-faults-'));
    await cp(path.join(ports, 'c'), copy, { recursive: true, filter: (file) => !file.endsWith('/build') });
  });
  afterAll(() => rm(copy, { recursive: true, force: true }));

  test.each(known.map(({ name, violates }) => [name, violates] as const))(
    'with the fault %s fails its case by its property',
    async (name, violates) => {
      execFileSync('make', ['-s', '-C', path.join(ports, 'c'), `build/faults/${name}`]);
      const given = writtenCases.find((each) => each.name === caught.c![name]!.case)!;
      const command = [path.join(ports, 'c/build/faults', name)] as const;
      const { results } = await conform([given], { command, jobs: 1, timeoutMs: 5000, strict: true });
      expect(results.map(({ verdict }) => verdict)).toMatchObject([
        { kind: 'failed', failure: { property: expect.toBeOneOf([...violates]) } },
      ]);
    },
  );

  test('is not built with a patch that does not apply, which is named', async () => {
    await writeFile(
      path.join(copy, 'faults/stale.patch'),
      '--- a/src/tx.c\n+++ b/src/tx.c\n@@ -1 +1 @@\n-x\n+y\n',
    );
    const { exitCode, stderr } = await execa('make', ['-s', '-C', copy, 'build/faults/stale'], {
      reject: false,
    });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('faults/stale.patch does not apply');
    expect(existsSync(path.join(copy, 'build/faults/stale'))).toBe(false);
  });
});
