/** A counterexample of TxPackets in its words. */
import { NONE } from '../operators.js';
import type { Concrete } from '../concrete.js';
import type { Counterexample } from '../counterexample.js';
import type { Values } from '../terms.js';
import { type PacketConstants, type PacketVariables } from './state.js';

type State = Values<Concrete, PacketVariables>;
type Sizes = Values<Concrete, PacketConstants>;

/** In the order of the figure at the head of SharedRing. */
const indices = ['rsp_cons', 'rsp_prod', 'rsp_prod_pvt', 'req_cons', 'req_prod', 'req_prod_pvt'] as const;

const blockOr = (block: number): string => (block === NONE ? 'no block' : `block ${block}`);
const status = (number: number | undefined): string => (number === 1 ? 'ERROR' : 'OKAY');
const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
const packet = (frags: number, extras: number): string =>
  `${counted(frags, 'fragment')} and ${counted(extras, 'extra')}`;

/** What is in the slot of an index. */
function slot(s: State, i: number): string {
  const kind = s.ring[i]!;
  if (kind === 'response') {
    const answer = s.slotStatus[i]!;
    return answer === 'NULL' ? `NULL with id ${s.slotId[i]}` : `response ${answer} with id ${s.slotId[i]}`;
  }
  const more = s.slotMore[i] === 1;
  if (kind === 'extra') return more ? 'extra, one more follows' : 'extra';
  const flags = [s.slotExtra[i] === 1 ? 'extra_info' : '', more ? 'more_data' : ''].filter(
    (flag) => flag !== '',
  );
  const said = flags.length === 0 ? '' : `, ${flags.join(' ')}`;
  return `request with id ${s.slotId[i]} for block ${s.slotGref[i]} of size ${s.slotSize[i]}${said}`;
}

/** What is told of a state, by name. */
function told(s: State, { Ids, Blocks, N }: Sizes): Readonly<Record<string, string>> {
  const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
  const used = new Set(
    [
      [s.rsp_cons, s.rsp_prod_pvt],
      [s.req_cons, s.req_prod_pvt],
    ].flatMap(([from, to]) => upTo((to! - from!) >>> 0).map((i) => (from! + i) % N)),
  );
  const flying = upTo(Ids).filter((id) => (s.inFlight[id] ?? NONE) !== NONE);
  const taken = upTo((s.req_cons - s.rsp_prod_pvt) >>> 0).map((i) => (s.rsp_prod_pvt + i) >>> 0);
  const sent = upTo(s.nextKey).filter((key) => (s.left[key] ?? 0) > 0);
  return {
    ...Object.fromEntries(indices.map((name) => [name, String(s[name])])),
    ring: `<${upTo(N)
      .map((i) => (used.has(i) ? slot(s, i) : 'empty'))
      .join('; ')}>`,
    taken: `<${taken.map((k) => (s.takenKind[k] === 'extra' ? 'extra' : `id ${s.takenId[k]}`)).join(', ')}>`,
    inFlight: `<${flying.map((id) => `${id}: ${s.inFlight[id]}`).join(', ')}>`,
    pool: `<${upTo((s.poolTo - s.poolFrom) >>> 0)
      .map((i) => s.pool[(s.poolFrom + i) >>> 0])
      .join(', ')}>`,
    data: `<${upTo(Blocks)
      .filter((block) => s.dataFrag[block] !== 0)
      .map((block) => `${block}: ${s.dataSize[block]}`)
      .join(', ')}>`,
    filling: blockOr(s.filling),
    chain:
      s.chainFrags === 0
        ? 'none'
        : `${packet(s.chainFrags, s.chainExtras)}, of which ${s.fragsWritten} and ${s.extrasWritten} are written`,
    sent: `<${sent
      .map((key) => {
        const blocks = upTo(s.left[key]!).map((i) => s.members[key + i]);
        return `blocks ${blocks.join(', ')}: ${status(s.sentStatus[key])}, answered ${status(s.fared[key])}`;
      })
      .join('; ')}>`,
    done: s.done === NONE ? 'no block' : `${blockOr(s.done)} with ${s.doneStatus}`,
    told: s.told,
  };
}

/** The state before the step, the step, and what it changes. */
export function wordsOfPackets({
  action,
  constants: c,
  before,
  changes,
}: Counterexample<PacketConstants, PacketVariables>): string {
  const first = told(before, c);
  const next = told({ ...before, ...changes }, c);
  const sizes = [
    `N = ${c.N}`,
    `MaxSlots = ${c.MaxSlots}`,
    `IdScheme = ${c.IdScheme}`,
    `Blocks = ${c.Blocks}`,
  ];
  const changed = Object.entries(next).filter(([name, value]) => value !== first[name]);
  const choice =
    action === 'TxFill'
      ? ` with ${c.octets} of ${c.ofOctets} octets of ${packet(c.ofFrags, c.ofExtras)}`
      : '';
  const say = (all: readonly (readonly [string, string])[]): string =>
    all.map(([name, value]) => `${name} = ${value}`).join(', ');
  return (
    `${[...sizes, say(Object.entries(first))].join(', ')}. ` +
    `${action}${choice}: ${say(changed) || 'nothing changes'}.`
  );
}
