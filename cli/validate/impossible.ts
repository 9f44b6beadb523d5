/** The page about the first impossible event of a ring: what came before, the ring, the rule, and what was possible instead. */
import type { Impossible } from '../../logs/validate.js';
import type { RingName } from '../../replay/netif.js';
import { colours, shown } from '../output.js';
import { candidateText, eventText } from './events.js';
import { bigRing } from './ring.js';

/** All that is known of it, in several lines. */
export function impossiblePage(ring: RingName, impossible: Impossible): string {
  const { number, event, before, complaint, rule, state, possible } = impossible;
  const sameSide = possible.map(candidateText).filter(({ side }) => side === event.side);
  const otherSide = possible.map(candidateText).filter(({ side }) => side !== event.side);
  return [
    ...before.map((one) => `  ${String(one.number).padStart(8)}  ${eventText(one.event)}`),
    colours.bold(`> ${String(number).padStart(8)}  ${eventText(event)}`),
    '',
    colours.bold(colours.red(`It is impossible: ${complaint}.`)),
    `  ${shown(rule.file)}:${rule.line}, ${rule.operator}`,
    '',
    `The ${ring} ring before it:`,
    ...bigRing(state).map((line) => `  ${line}`),
    '',
    `Possible here, of the ${event.side}: ${listed(sameSide)}`,
    `            of the ${event.side === 'front' ? 'back' : 'front'}: ${listed(otherSide)}`,
  ].join('\n');
}

const listed = (texts: readonly { text: string }[]): string =>
  texts.length === 0 ? 'nothing' : texts.map(({ text }) => text).join('; ');
