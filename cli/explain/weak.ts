/**
 * The words of SharedRingWeak, the ring between processors that reorder loads and stores. The registry has modules
 * with traces. No traces are made of this one, because a replay performs loads and stores in order. Only explain uses
 * its words, so they stand here.
 */
import { functionEntries } from '../../graph/args.js';
import { equal, type Value } from '../../tlc/index.js';
import { perPlace, type Wording } from '../../replay/words/changes.js';
import { slotText } from '../../replay/words/drawing.js';
import { eventWordings, frontLoads, slotsWording, wordsOfRing } from '../../replay/words/ring.js';
import { at, type Fields, list } from '../../replay/words/values.js';

/** What is new in a processor's window: what was issued into it, and what was performed out of turn. */
const windowWording: Wording = (before, after) => {
  const [then, now] = [list<Fields>(before), list<Fields>(after)];
  // Entries are removed anywhere, and added at the end.
  let kept = 0;
  const removed = then.map((entry) => {
    if (now[kept] === undefined || !equal(entry, now[kept]!)) return true;
    kept++;
    return false;
  });
  const added = now.slice(kept).map(entryText);
  const done = then.flatMap((entry, k) => {
    if (!removed[k] || !isAccess(entry)) return [];
    if (added.length > 0) return [`throws away its ${entryText(entry)}`];
    const passed = then.slice(0, k).filter(isAccess).map(entryText);
    return [`performs ${entryText(entry)}${passed.length === 0 ? '' : `, ahead of ${passed.join(', ')}`}`];
  });
  return added.length === 0 ? done : [...done, `issues ${added.join(', ')}`];
};

const isAccess = ({ op }: Fields): boolean => op === 'load' || op === 'store';

/** `store req_prod := 1`, `load ring[0]`, `wmb`. What goes into a slot or a block is said when it gets there. */
function entryText(entry: Fields): string {
  const { op, word, slot, value } = entry;
  if (!isAccess(entry)) return String(op);
  if (word === 'ring') return `${op} ring[${slot}]`;
  if (word === 'contents') return `${op} block ${slot}`;
  return op === 'load' ? `load ${word}` : `store ${word} := ${value}`;
}

/** A word or a slot that was loaded; nothing to say where it was used and is forgotten. */
const loadedWording: Wording = (_, after) => {
  if (typeof after === 'number') return after === -1 ? [] : [`it is ${after}`];
  return (after as Fields).kind === 'unloaded' ? [] : [`it is ${slotText(after as Fields)}`];
};

/** What a slot was found to hold. */
const foundText = (slot: Value | undefined): string =>
  (slot as Fields).kind === 'empty' ? 'nothing' : slotText(slot as Fields);

/** The frame that was read, and for which request. */
const frameRead = (value: Value | undefined): string => {
  const { request, frame } = value as Fields;
  return `the back reads ${frame === -1 ? 'no frame' : `frame ${frame}`} for request ${request}`;
};

const slotOf = (index: Value | undefined, ring: Value | undefined): number =>
  (index as number) % functionEntries(ring).length;

/** The words of SharedRingWeak. */
export const weakWords = wordsOfRing({
  actors: { Back: 'back', Front: 'front' },
  arrows: {
    ...frontLoads('Front'),
    BackFinalCheck: 'ring-->>back',
    FrontLoadReturns: 'ring-->>front',
    BackLoadReturns: 'ring-->>back',
  },
  legend: 'req 0 is a request with id 0, rsp 0 the response to id 0',
  variables: {
    frontWindow: windowWording,
    backWindow: windowWording,
    contents: perPlace((block, frame) => `block ${block} := frame ${frame}`),
    ring: slotsWording(),
    ...eventWordings,
    frontWord: loadedWording,
    backWord: loadedWording,
    frontSlot: loadedWording,
    backSlot: loadedWording,
    backFrame: (_, after) => [frameRead(after)],
  },
  closing: {
    RequestIntact: ({ ring, req_cons, backSlot, req_prod }) =>
      `the back takes slot ${slotOf(req_cons, ring)} for request ${req_cons} and finds ${foundText(backSlot)} there: it saw that req_prod is ${req_prod} before it saw the request.`,
    ResponseIntact: ({ ring, rsp_cons, frontSlot, rsp_prod }) =>
      `the front takes slot ${slotOf(rsp_cons, ring)} for response ${rsp_cons} and finds ${foundText(frontSlot)} there: it saw that rsp_prod is ${rsp_prod} before it saw the response.`,
    FrameIntact: ({ backFrame }) => {
      const { request, frame } = backFrame as Fields;
      return (frame as number) > (request as number)
        ? `${frameRead(backFrame)}: the front saw the response, and filled the block again, before the back had read it.`
        : `${frameRead(backFrame)}: the frame had not arrived.`;
    },
    BackNeverOversleeps: ({ req_cons, req_prod }) =>
      `the back sleeps at req_cons ${req_cons} while req_prod is ${req_prod}, and no event is on its way: it made its final check before the front's store of req_prod arrived, and the front looked at req_event before the back's store of it did.`,
    FrontNeverOversleeps: ({ rsp_cons, rsp_prod }) =>
      `the front sleeps at rsp_cons ${rsp_cons} while rsp_prod is ${rsp_prod}, and no event is on its way: it made its final check before the back's store of rsp_prod arrived, and the back looked at rsp_event before the front's store of it did.`,
    SlotsAlternate: ({ ring }, _, { ring: before }) => {
      const change = functionEntries(ring).find(([slot, content]) => !equal(at(before, slot) ?? '', content));
      if (change === undefined) return undefined;
      const [slot, content] = change;
      return `${slotText(content as Fields)} arrives in slot ${slot}, where it finds ${foundText(at(before, slot))}: the slot is written out of turn.`;
    },
  },
});
