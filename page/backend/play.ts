/** A way through a game against the front: after each step what the front did, what can be done next, and what is broken. */
import { type Case } from '../../conform/case.js';
import type { AnySide } from '../../conform/front-watch.js';
import { DriverFault } from '../../conform/port.js';
import type { Effects } from '../../conform/protocol.js';
import { CaseRun } from '../../conform/run-case.js';
import { stepsOf } from '../../conform/steps.js';
import type { Failure } from '../../conform/verdict.js';
import { Violation } from '../../conform/violation.js';
import { flagNames, NETIF_RSP, NETTXF, type RingName, SLOTS } from '../../replay/netif.js';
import { ToolError } from '../../tlc/errors.js';
import type { State, Value } from '../../tlc/index.js';
import { type Scene, sceneOf } from '../scene.js';
import { FrontInMemory, type FrontKind } from './front.js';
import { isUnseen, type Move, movesOf } from './moves.js';

/** The sizes with which one plays: small, so that a ring is full soon. */
export const STARTS: Readonly<Record<RingName, Case['start']>> = {
  tx: { tx: { nr_ents: 4, first: 0, buffers: 4, ids: 4 } },
  rx: { rx: { nr_ents: 4, first: 0, buffers: 4, ids: 4, copy: true } },
};

/** The longest way: each step is taken again from the beginning. */
const MOST_STEPS = 200;

/** How it stands after a step. */
export interface Shot {
  /** The step, as `netfront conform --steps` has it; empty at the start. */
  readonly word: string;
  /** What the front did in its turn, and which words of the ring were stored. */
  readonly did: readonly string[];
  readonly scene: Scene;
  readonly changed: ReadonlySet<string>;
  readonly moves: readonly Move[];
  /** What the front owes and did not do, or did and may not: then the game is over. */
  readonly failure: Failure | undefined;
  /** The front has found that the backend broke the protocol. */
  readonly hasGivenUp: boolean;
}

/** Plays a way from the start. Throws {@link ToolError} where a word is none. */
export async function played(
  kind: FrontKind,
  ring: RingName,
  way: readonly string[],
): Promise<readonly Shot[]> {
  if (way.length > MOST_STEPS) throw new ToolError(`a way has ${MOST_STEPS} steps at most`);
  const steps = way.map((word) => {
    if (!/^[a-z]+(?::\w+)*$/.test(word) || /pause|resume/.test(word))
      throw new ToolError(`${word} is no step here`);
    return stepsOf(word, ring)[0]!;
  });
  const front = new FrontInMemory(kind);
  const run = new CaseRun(front, { name: 'played', needs: [], start: STARTS[ring], steps: '' });
  await run.start();
  const shots = [shotOf(run, front, ring, { word: '', before: undefined, failure: undefined })];
  for (const step of steps) {
    if (shots.at(-1)!.failure !== undefined) throw new ToolError(`the game is over before ${step.text}`);
    if (step.do === 'send' && isUnseen(run.front.side(ring)) && !front.isBroken)
      throw new ToolError('the front has to see rsp_prod before it sends: let the event arrive');
    const failure = await run.take(step).then(
      () => undefined,
      async (error: unknown) => {
        if (error instanceof Violation) return run.failure(await run.lateOrLost(error));
        if (error instanceof DriverFault) return run.failure(error);
        throw error;
      },
    );
    shots.push(shotOf(run, front, ring, { word: step.text, before: shots.at(-1), failure }));
  }
  return shots;
}

interface Done extends Pick<Shot, 'word' | 'failure'> {
  readonly before: Shot | undefined;
}

function shotOf(run: CaseRun, front: FrontInMemory, ring: RingName, { word, before, failure }: Done): Shot {
  const side = run.front.side(ring);
  const scene = sceneOf('Ring', stateOf(side, front, run.front.pending), { M: 2 ** 32 });
  const then = new Map(before?.scene.rings[0]!.pointers.map(({ name, value }) => [name, value]));
  const moved = scene.rings[0]!.pointers.filter(({ name, value }) => before && then.get(name) !== value);
  return {
    ...{ word, scene, failure, hasGivenUp: front.isBroken },
    changed: new Set(moved.map(({ name }) => name)),
    did: [
      ...moved.map(({ name, value }) => `${name} ${then.get(name)} -> ${value}`),
      ...front.said.splice(0).flatMap(effectsText),
    ],
    moves: failure === undefined ? movesOf(run.front, side) : [],
  };
}

const STATUS = new Map(Object.entries(NETIF_RSP).map(([name, value]) => [value as number, name]));

const effectsText = ({ granted, ended, notified, sent, received, broken }: Effects): readonly string[] => [
  ...(ended?.length ? [`the front ends the grant of gref ${ended.join(', ')}`] : []),
  ...(granted?.length ? [`the front grants gref ${granted.map(({ gref }) => gref).join(', ')}`] : []),
  ...(notified ? ['the front sends an event to you'] : []),
  ...(sent ?? []).map(
    ({ send, status }) =>
      `the application is told that send ${send} is finished: ${STATUS.get(status) ?? status}`,
  ),
  ...(received ?? []).map(
    ({ frame, octets }) => `the application is given frame ${frame}, of ${octets.length / 2} octets`,
  ),
  ...(broken === true ? ['the front reports that the backend broke the ring protocol, and gives up'] : []),
];

/** The ring as a state of the module Ring: what both ends see of the page, and each end's private indices. */
function stateOf(side: AnySide, front: FrontInMemory, pending: boolean): State {
  const { req_prod_pvt, rsp_cons } = front.private(side.ring);
  const { page, req_prod, rsp_prod, req_event, rsp_event } = front.shared(side.ring);
  const { nr_ents } = side.sizes;
  const contents = new Map<number, Value>();
  const inUse = Math.min((req_prod_pvt - rsp_cons) >>> 0, nr_ents);
  for (let i = 0; i < inUse; i++) {
    const index = (rsp_cons + i) >>> 0;
    const isResponse = ((side.rsp_prod_pvt - index) | 0) > 0;
    contents.set(side.page.slotNumber(index), slotOf(side, page, index, isResponse ? 'response' : 'request'));
  }
  const { req_cons, rsp_prod_pvt } = side;
  return {
    ...{ req_prod, rsp_prod, req_event, rsp_event, req_cons, rsp_prod_pvt, req_prod_pvt, rsp_cons },
    ...{ frontPending: pending, backPending: false },
    ring: {
      '#map': Array.from({ length: nr_ents }, (_, slot) => [slot, contents.get(slot) ?? { kind: 'empty' }]),
    },
  };
}

function slotOf(
  { ring, page }: AnySide,
  { buffer, byteOffset }: Uint8Array,
  index: number,
  kind: 'request' | 'response',
): Value {
  if (page.extras.has(page.slotNumber(index)) && kind === 'request') return { kind: 'extra' };
  const view = new DataView(buffer, byteOffset);
  const fields: Readonly<Record<string, number>> = SLOTS[ring][kind].read(view, page.slotAt(index));
  const { id, gref, offset, size, status, flags } = fields;
  const named = ring === 'tx' && flags !== undefined ? flagNames(NETTXF, flags) : [];
  return {
    ...{ kind, id: id! },
    ...(gref !== undefined && { gref }),
    ...(offset !== undefined && ring === 'tx' && { offset }),
    ...(size !== undefined && { size }),
    ...(status !== undefined && { status: STATUS.get(status) ?? status }),
    ...Object.fromEntries(named.map((name) => [name, true])),
  };
}
