/** The steps of a behaviour as a table. */
import { table } from '../output.js';
import { isOfPackets } from './packets.js';
import { bufferIn, type Ring, rings } from './rings.js';
import type { Told } from './story.js';

/** What the last column means, for whoever sees it for the first time; nothing if there is no such column. */
export function legend(told: readonly Told[]): string | undefined {
  if (!isDrawn(told)) return undefined;
  const bare = told.some(({ slots }) => /\b(req|rsp)[|\]]/.test(slots));
  const meanings = bare ? ['req is a request, rsp a response'] : rings(told[0]!.state).map(slotsMeaning);
  return (
    `ring: [slot 0|slot 1|...]: ${meanings.join(',\n')},\n` +
    'and - what nobody will read; below it the indices, and who stands there.'
  );
}

const isDrawn = (told: readonly Told[]): boolean => told.some(({ ring }) => ring !== '');

const slotsMeaning = ({ name, state }: Ring): string =>
  isOfPackets(state)
    ? 'req 0 is a request with id 0, rsp 0 2 the response to id 0 with 2 octets,\nextra an extra, + says that the packet goes on'
    : 'chain' in state
      ? 'req 0 3 is a request with id 0 and size 3, extra an extra_info, rsp 0 OKAY the response to id 0'
      : bufferIn(state) === 'block'
        ? `${name === undefined ? '' : 'on TX '}req 0 A is a request with id 0 that promises frame A, rsp 0 OKAY the response to id 0`
        : `${name === undefined ? '' : 'on RX '}req 0 is a request with id 0, rsp 0 A the response to id 0 with the length of frame A`;

/** The table: as wide as the terminal, and 120 columns where there is none. */
export function stepsTable(told: readonly Told[], loop?: number): string {
  const width = Math.min(Math.max(process.stdout.columns ?? 120, 100), 160);
  const action = Math.max(8, ...told.map((step) => step.action.length)) + 2;
  const left = 6 + 7 + action;
  const drawn = isDrawn(told);
  // The ring's lines are not wrapped if that can be helped.
  const ring = Math.max(4, ...told.flatMap((step) => step.ring.split('\n').map((line) => line.length))) + 2;
  const forRing = drawn ? Math.min(ring, Math.floor((width - left) / 2)) : 0;
  // The last column needs no space at its right, which is 2 wide.
  const forChanges = width - left - forRing + 2;
  return table(
    [
      { title: 'step', align: 'right', width: 6 },
      { title: 'actor', width: 7 },
      { title: 'action', width: action },
      { title: 'what changed', width: forChanges },
      ...(drawn ? [{ title: 'ring', width: forRing }] : []),
    ],
    told.map((step) => [
      `${step.step}${step.step === loop ? '\nloop' : ''}`,
      step.actor,
      step.action,
      step.changes.join('\n'),
      ...(drawn ? [step.ring] : []),
    ]),
    true,
  ).replace(/─{2}$/gm, '');
}
