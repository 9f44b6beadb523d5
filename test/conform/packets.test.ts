import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Case } from '../../conform/case.js';
import { conform } from '../../conform/conform.js';
import { areaOf } from '../../conform/corpus.js';
import { needsPackets } from '../../conform/features.js';
import type { Failure } from '../../conform/verdict.js';
import { writtenCases } from '../../conform/cases/index.js';
import { netfront } from '../fixtures/cli/netfront.js';

// Packets of several slots, and segmentation, as `netfront conform` speaks of them.

const driver = (name: string, ...args: string[]): [string, ...string[]] => [
  process.execPath,
  path.resolve('test/fixtures/drivers', `${name}.mjs`),
  ...args,
];
const run = (cases: readonly Case[], ...command: [string, ...string[]]) =>
  conform(cases, { command, jobs: 2, timeoutMs: 10_000 });
const failuresOf = async (cases: readonly Case[], ...command: [string, ...string[]]): Promise<Failure[]> =>
  (await run(cases, ...command)).results.flatMap(({ verdict }) =>
    verdict.kind === 'failed' ? [verdict.failure] : [],
  );

const ofPackets = writtenCases.filter(({ needs }) => needsPackets(needs));

test('no packet is cut before an extra, which a frontend that does not wait reads as a response', () => {
  const isCutBeforeExtra = ({ steps }: Case): boolean =>
    [...steps.matchAll(/packet:(\w+):(\d+)/g)].some(([, letters, count]) =>
      /[xuz]/.test(letters!.slice(Number(count))),
    );
  expect(ofPackets.filter(isCutBeforeExtra).map(({ name }) => name)).toEqual([]);
});

describe('the reference implementation', { timeout: 60_000 }, () => {
  test.each(['1', '2'])('with %s blocks a page passes every case of packets', async (blocksPerPage) => {
    const { results, hello } = await run(ofPackets, ...driver('impl', blocksPerPage));
    expect(hello.features).toEqual(expect.arrayContaining(['chains', 'gso']));
    expect(results.filter(({ verdict }) => verdict.kind === 'failed')).toEqual([]);
    const passed = results.filter(({ verdict }) => verdict.kind === 'passed');
    expect(passed.length).toBeGreaterThan(70);
    expect([...new Set(passed.map((each) => areaOf(each.case)))].toSorted()).toEqual([
      ...['rx', 'rx/chains', 'rx/hostile', 'tx', 'tx/chains', 'tx/hostile', 'txrx'],
    ]);
    for (const { case: given, verdict } of results)
      expect(verdict.kind === 'left out').toBe(given.needs.includes('pause'));
  });

  const sizes = { nr_ents: 4, first: 0, buffers: 4, ids: 4 };
  // What is wrong in the last of them is noticed only as long as the runner takes the port to do all as the graph has it.
  test.each<[string, Case['start'], string, NonNullable<Case['see']>, NonNullable<Case['see']>[number]]>([
    [
      'extras counted',
      { tx: sizes },
      'send:2:gso take answer:2:ERROR event answer:1 event',
      [{}, { requests: 3, notified: true }, {}, { sent: [-1] }],
      { sent: [0] },
    ],
    [
      'one that waits',
      { tx: sizes },
      'send:3 send:2 take answer:1 event',
      [{}, { requests: 3, notified: true }, {}, { requests: 2, notified: true }],
      { requests: 1, notified: true },
    ],
    [
      'one that is dropped at its second slot',
      { rx: { ...sizes, copy: false } },
      'packet:ded:1 event rest event',
      [{ requests: 4, notified: true }, {}, { requests: 3 }],
      { requests: 2 },
    ],
  ])('does what a state graph says of packets, and nothing else: %s', async (_, start, steps, see, wrong) => {
    const given = { name: 'given/case', needs: [], start, steps };
    expect(await failuresOf([{ ...given, see }], ...driver('impl'))).toEqual([]);
    const [failure] = await failuresOf([{ ...given, see: [...see.slice(0, -1), wrong] }], ...driver('impl'));
    expect(failure?.expected).toBe(`what the state graph has here, ${JSON.stringify(wrong)}`);
  });

  test('in blocks of a page sends in fewer slots what has 19 in halves', async () => {
    const given = ofPackets.find(({ name }) => name === 'tx/chains/nineteen-slots')!;
    // It may: the port says how large its blocks are.
    expect(await failuresOf([given], ...driver('impl', '1'))).toEqual([]);
    expect(await failuresOf([given], ...driver('impl', '2'))).toEqual([]);
  });
});

test('a driver that answers nothing useful fails every case of packets that it claims', async () => {
  const features = ['tx', 'rx', 'copy', 'chains', 'gso'];
  const { results } = await run(ofPackets, ...driver('useless', ...features));
  const claimed = results.filter(({ verdict }) => verdict.kind !== 'left out');
  expect(claimed.length).toBeGreaterThan(40);
  expect(claimed.filter(({ verdict }) => verdict.kind !== 'failed').map((each) => each.case.name)).toEqual(
    [],
  );
});

// A way to lie, a case, what it fails by, and how many blocks a page has.
const lies: readonly (readonly [string, string, string, string])[] = [
  ['publishes in parts', 'tx/chains/two-slots-there-and-back', 'PublishedWhole', '1'],
  ['first size is its own', 'tx/chains/first-size-is-the-packets', 'SizeRule', '1'],
  ['forgets an octet of a further block', 'tx/chains/first-size-is-the-packets', 'AssembledAsSent', '1'],
  ['puts two parts into one block', 'tx/chains/first-size-is-the-packets', 'NoReuseBeforeResponse', '1'],
  ['says nothing of the segments', 'tx/chains/gso-there-and-back', 'AssembledAsSent', '1'],
  ['leaves csum_blank out', 'tx/chains/gso-there-and-back', 'AssembledAsSent', '1'],
  ['says csum_blank of segments alone', 'tx/chains/checksum-blank', 'AssembledAsSent', '1'],
  ['leaves a further slot out', 'tx/chains/first-size-is-the-packets', 'SizeRule', '1'],
  ['refuses what could go', 'tx/chains/waits-for-slots', 'BlockedWriterProceeds', '1'],
  ['always tells OKAY', 'tx/chains/statuses-mixed', 'ToldTruly', '1'],
  ['tells twice', 'tx/chains/two-slots-there-and-back', 'ToldOnce', '1'],
  ['tells with the first answer', 'tx/chains/told-with-the-last-block', 'ToldOnce', '1'],
  ['takes a NULL for an answer', 'tx/chains/gso-there-and-back', 'NullFreesNothing', '1'],
  ['has larger blocks than it says', 'tx/chains/nineteen-slots', 'SizeRule', '1'],
  ['never refuses', 'tx/chains/nineteen-slots', 'SlotsPromised', '2'],
  ['refuses with OKAY', 'tx/chains/nineteen-slots', 'SlotsPromised', '2'],
  ['delivers the first page only', 'rx/chains/two-slots-copied', 'PacketIntact', '1'],
  ['delivers each half', 'rx/chains/two-slots-copied', 'PacketIntact', '1'],
  ['does not say gso', 'rx/chains/extra-copied', 'PacketIntact', '1'],
  ['says csum_blank with gso alone', 'rx/chains/checksum-blank-copied', 'PacketIntact', '1'],
  ['delivers what is broken', 'rx/chains/a-slot-is-an-error-lent', 'BrokenNeverDelivered', '1'],
  ['drops what is whole', 'rx/chains/two-slots-lent', 'OnlyBrokenDropped', '1'],
  ['loses the page of an extra', 'rx/chains/extra-lent', 'ChainConservation', '1'],
  ['loses a page of a packet that it drops', 'rx/chains/a-slot-is-an-error-copied', 'ChainConservation', '1'],
  ['waits with every page', 'rx/chains/larger-than-the-pool-copied', 'RxNeverStarves', '1'],
  ['has a page more', 'rx/chains/in-parts-lent', 'ChainOwnership', '1'],
  ['hands up pages that are granted', 'rx/chains/two-slots-lent', 'NoMutationAfterDelivery', '1'],
  ['writes into a page that stays mapped', 'rx/hostile/answered-while-mapped-lent', 'NoFreeWhileMapped', '1'],
];

describe('a port that', { timeout: 60_000 }, () => {
  test.each(lies)('%s fails %s by %s', async (way, name, property, blocksPerPage) => {
    const given = writtenCases.find((each) => each.name === name)!;
    const failures = await failuresOf([given], ...driver('liar', way, blocksPerPage));
    expect(failures.map((failure) => failure.property)).toEqual([property]);
  });

  test('ends at segmentation without a flag that the checksum is blank fails the case that has it', async () => {
    const cases = ofPackets.filter(({ name }) =>
      /^rx.chains.(extra|segmentation-without-checksum|checksum)/.test(name),
    );
    const { results } = await run(cases, ...driver('liar', 'ends at segmentation without csum_blank'));
    const failed = results.filter(({ verdict }) => verdict.kind === 'failed').map((each) => each.case.name);
    expect(failed).toEqual(
      ['copied', 'lent'].map((how) => `rx/chains/segmentation-without-checksum-flag-${how}`),
    );
  });

  test('grants its ring read-only is told so', async () => {
    const given = ofPackets.find(({ name }) => name === 'rx/chains/two-slots-lent')!;
    const [failure] = await failuresOf([given], ...driver('liar', 'grants its ring read-only', '1'));
    expect(failure?.actual).toContain('the page of the ring rx, writable');
  });

  test('goes through the same hands and is honest passes them', async () => {
    const names = new Set(lies.map(([, name]) => name));
    const cases = writtenCases.filter(({ name }) => names.has(name));
    expect(cases.length).toBe(names.size);
    expect(await failuresOf(cases, ...driver('liar', 'nothing', '2'))).toEqual([]);
  });

  test('fails is shown with the shortest case, and the ring with its extra', async () => {
    const { status, stdout } = await netfront([
      ...['conform', '--case', 'tx/chains/null-before-and-after'],
      ...['--', ...driver('liar', 'takes a NULL for an answer')],
    ]);
    expect(status).toBe(1);
    for (const part of [
      'steps     send:2:gso take null event\n',
      'P56 NullFreesNothing, spec/TxPackets.tla:',
      'ring TX   [extra|req 1 1|-|rsp 0 NULL]',
    ])
      expect(stdout).toContain(part);
  });
});
