/** The first failure, told so that it can be understood and repeated. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type CaseResult } from '../../conform/conform.js';
import type { DrawnRing } from '../../conform/run-case.js';
import type { Shrunk } from '../../conform/shrink.js';
import { type Property, PROPERTY_MODULES } from '../../conform/violation.js';
import type { Value } from '../../tlc/index.js';
import { rxPacketsWords } from '../../replay/modules/rxpackets/words.js';
import { txPacketsWords } from '../../replay/modules/txpackets/words.js';
import { meaningOf } from '../meaning.js';
import { wrapped } from '../output.js';

const MOST_SLOTS = 16;
const M = 2 ** 32;

/** The shortest failing case, with the name of the one that it comes from. */
export async function failureText(
  root: string,
  { case: given, verdict, stderr }: Shrunk & { readonly stderr: string },
  failed: CaseResult,
  command: readonly string[],
): Promise<string> {
  const { step, doing, expected, actual, property, rings } = verdict.failure;
  return [
    `NOT ok  ${failed.case.name}`,
    `  steps     ${given.steps === '' ? '(none)' : given.steps}`,
    `  step      ${step}: ${doing}`,
    ...told('  expected  ', expected),
    ...told('  actual    ', actual),
    ...(property === undefined ? [] : told('  property  ', await propertyText(root, property))),
    ...rings.flatMap((ring) => indented(`  ring ${ring.name}   `, ringText(ring))),
    ...(stderr === '' ? [] : indented('  stderr    ', stderr)),
    `  to repeat netfront conform --start ${quoted(JSON.stringify(given.start))} --steps ${quoted(given.steps)} -- ${command.map(quoted).join(' ')}`,
  ].join('\n');
}

/** A sentence behind its label, in as many lines as a terminal needs for it. */
const told = (label: string, text: string): readonly string[] => indented(label, wrapped(text, label.length));

const indented = (label: string, text: string): readonly string[] =>
  text.split('\n').map((line, i) => `${i === 0 ? label : ' '.repeat(label.length)}${line}`);

const quoted = (word: string): string =>
  /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** `P16 NoLostWakeUp, spec/Ring.tla:370: An end that sleeps …` */
async function propertyText(root: string, property: Property): Promise<string> {
  const module = PROPERTY_MODULES[property];
  const file = path.join('spec', `${module}.tla`);
  const lines = await readFile(path.join(root, file), 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  );
  const line = lines.findIndex((each) => new RegExp(`^${property}\\b.*==`).test(each)) + 1;
  const meaning = await meaningOf(root, module, property);
  const name = meaning === undefined ? property : `${meaning.number} ${property}`;
  return `${name}, ${file}:${line}${meaning === undefined ? '' : `: ${meaning.text}`}`;
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
  // The frontend's own indices are not to be seen; these are what it has let us see of them.
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

/** Bits of `flags`, which both rings have alike. */
const [MORE_DATA, EXTRA_INFO] = [4, 8];

function slotsOf(ring: DrawnRing): Value {
  const { name, sizes, page, req_prod, rsp_prod, extras } = ring;
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const slotSize = (page.length - 64) / sizes.nr_ents;
  const used = (req_prod - sizes.first + M) % M;
  return Array.from({ length: sizes.nr_ents }, (_, slot): Value => {
    // The last index before req_prod that has this slot.
    const back = (((req_prod - 1 - slot) % sizes.nr_ents) + sizes.nr_ents) % sizes.nr_ents;
    if (back >= used) return { kind: 'empty' };
    const at = 64 + slot * slotSize;
    if (extras.has(slot)) return { kind: 'extra', more: (view.getUint8(at + 1) & 1) !== 0 };
    const isRequest = back < (req_prod - rsp_prod + M) % M;
    if (name === 'TX') return isRequest ? txRequest(view, at) : txResponse(view, at);
    return isRequest ? { kind: 'request', id: view.getUint16(at, true) } : rxResponse(view, at);
  });
}

/** Whether more slots of the packet follow; nothing, where that is all of it. */
const onward = (flags: number): Record<string, Value> =>
  (flags & (MORE_DATA | EXTRA_INFO)) === 0
    ? {}
    : { more_data: (flags & MORE_DATA) !== 0, extra_info: (flags & EXTRA_INFO) !== 0 };

const txRequest = (view: DataView, at: number): Value => ({
  kind: 'request',
  id: view.getUint16(at + 8, true),
  size: view.getUint16(at + 10, true),
  ...onward(view.getUint16(at + 6, true)),
});

const txResponse = (view: DataView, at: number): Value => {
  const status = view.getInt16(at + 2, true);
  return { kind: 'response', id: view.getUint16(at, true), status: status === 1 ? 'NULL' : status };
};

const rxResponse = (view: DataView, at: number): Value => ({
  kind: 'response',
  id: view.getUint16(at, true),
  status: view.getInt16(at + 6, true),
  ...onward(view.getUint16(at + 4, true)),
});
