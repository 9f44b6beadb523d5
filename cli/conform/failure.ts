/** The page about one failure: what was done, what was expected, and the command that repeats it. */
import path from 'node:path';
import { type CaseResult } from '../../conform/conform.js';
import type { DrawnRing } from '../../conform/verdict.js';
import type { Shrunk } from '../../conform/shrink.js';
import { type Grade, type Property, PROPERTIES, SENTENCES } from '../../conform/violation.js';
import { extraInfo, NETIF_RSP, NETTXF, SLOTS, XEN_NETIF_EXTRA_FLAG_MORE } from '../../replay/netif.js';
import type { Value } from '../../tlc/index.js';
import { rxPacketsWords } from '../../replay/modules/rxpackets/words.js';
import { txPacketsWords } from '../../replay/modules/txpackets/words.js';
import { meaningOf } from '../meaning.js';
import { wrapped } from '../output.js';
import { propertyPlace } from '../property-place.js';

const GRADES: Readonly<Record<Grade, string>> = {
  unsafe: "somebody's data or memory is at risk",
  stuck: 'something that must happen never does',
  wasteful: 'it harms nobody; only --strict fails for it',
};

const MOST_SLOTS = 16;
const M = 2 ** 32;

/** The shortest failing case, with the name of the one that it comes from. */
export async function failureText(
  root: string,
  { case: given, verdict, stderr }: Shrunk & { readonly stderr: string },
  failed: CaseResult,
  command: readonly string[],
): Promise<string> {
  const { step, doing, expected, actual, property, grade, sentence, rings, store = [] } = verdict.failure;
  return [
    `${failed.verdict.kind === 'wasteful' ? 'wasteful' : 'NOT ok'}  ${failed.case.name}`,
    `  steps     ${given.steps === '' ? '(none)' : given.steps}`,
    `  step      ${step}: ${doing}`,
    ...labelled('  expected  ', expected),
    ...labelled('  actual    ', actual),
    ...(property === undefined ? [] : labelled('  property  ', await propertyText(root, property))),
    ...(sentence === undefined ? [] : labelled('  demanded  ', SENTENCES[sentence].join(': '))),
    ...(grade === undefined ? [] : [`  grade     ${grade}: ${GRADES[grade]}`]),
    ...rings.flatMap((ring) => indented(`  ring ${ring.name}   `, ringText(ring))),
    ...store.flatMap((end, i) => labelled(i === 0 ? '  XenStore  ' : '            ', end)),
    ...(stderr === '' ? [] : indented('  stderr    ', stderr)),
    `  to repeat netfront conform --start ${quoted(JSON.stringify(given.start))} --steps ${quoted(given.steps)} -- ${command.map(quoted).join(' ')}`,
  ].join('\n');
}

/** A sentence behind its label, wrapped to the width of the terminal. */
const labelled = (label: string, text: string): readonly string[] =>
  indented(label, wrapped(text, label.length));

const indented = (label: string, text: string): readonly string[] =>
  text.split('\n').map((line, i) => `${i === 0 ? label : ' '.repeat(label.length)}${line}`);

const quoted = (word: string): string =>
  /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** `P16 NoLostWakeUp, spec/Ring.tla:370: An end that sleeps …` */
async function propertyText(root: string, property: Property): Promise<string> {
  const { module } = PROPERTIES[property];
  const place = await propertyPlace(root, module, property);
  const at = place && `, ${path.relative(root, place.file)}:${place.line}`;
  const meaning = await meaningOf(root, module, property);
  const name = meaning === undefined ? property : `${meaning.number} ${property}`;
  return `${name}${at ?? ''}${meaning === undefined ? '' : `: ${meaning.text}`}`;
}

/** The slots with what was last written into them, the indices, and the two events that are waited for. */
function ringText(ring: DrawnRing): string {
  const { req_prod, rsp_prod, req_cons, rsp_event, req_event, sizes } = ring;
  const words = `req_event ${req_event}, rsp_event ${rsp_event}`;
  const indices = { req_prod, rsp_prod, req_cons };
  if (sizes.nr_ents > MOST_SLOTS)
    return `${Object.entries(indices)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}, ${words}`;
  // The frontend's own indices cannot be seen. These are what follows for them from what can.
  const state = {
    ring: slotsOf(ring),
    ...indices,
    rsp_prod_pvt: rsp_prod,
    req_prod_pvt: req_prod,
    rsp_cons: (rsp_event - 1 + M) % M,
  };
  const { drawing } = ring.name === 'TX' ? txPacketsWords : rxPacketsWords;
  return `${drawing(state, { M })}\n${words}`;
}

/** What each slot holds, as a state of a model has it. */
function slotsOf({ ring, sizes, page, req_prod, rsp_prod }: DrawnRing): Value {
  const used = (req_prod - sizes.first + M) % M;
  return Array.from({ length: sizes.nr_ents }, (_, slot): Value => {
    // The last index before req_prod that has this slot.
    const back = (((req_prod - 1 - slot) % sizes.nr_ents) + sizes.nr_ents) % sizes.nr_ents;
    if (back >= used) return { kind: 'empty' };
    const at = page.slotAt(slot);
    if (page.extras.has(slot)) {
      const flags = extraInfo.get(page.view, at, 'flags');
      return { kind: 'extra', more: (flags & XEN_NETIF_EXTRA_FLAG_MORE) !== 0 };
    }
    const kind = back < (req_prod - rsp_prod + M) % M ? 'request' : 'response';
    const { id, size, status, flags = 0 }: SlotFields = SLOTS[ring][kind].read(page.view, at);
    return {
      ...{ kind, id: id! }, // in each of them
      ...(size !== undefined && { size }),
      ...(status !== undefined && { status: ring === 'tx' && status === NETIF_RSP.NULL ? 'NULL' : status }),
      ...onward(flags),
    };
  });
}

/** What requests and responses of both rings have that is drawn. */
type SlotFields = Readonly<Partial<Record<'id' | 'size' | 'status' | 'flags', number>>>;

/** Whether more slots of the packet follow; nothing where none do. Both rings have these bits alike. */
const onward = (flags: number): Record<string, Value> => {
  const [more_data, extra_info] = [(flags & NETTXF.more_data) !== 0, (flags & NETTXF.extra_info) !== 0];
  return more_data || extra_info ? { more_data, extra_info } : {};
};
