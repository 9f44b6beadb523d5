/** A counterexample as a sequence diagram, in the language of Mermaid. */
import type { Arrows } from '../../replay/words/words.js';
import type { Explained, ExplainedStep } from './steps.js';

/** The diagram: what goes over the ring as arrows, what each side does by itself as loops. */
export function diagram({ title, steps, found, sentence, words }: Explained): string {
  const loop = found.kind === 'violated' ? found.loopsTo : undefined;
  return [
    'sequenceDiagram',
    '  participant front',
    `  participant ${words.column === undefined ? 'ring' : 'XenStore'}`,
    '  participant back',
    `  Note over front,back: ${text(title)}`,
    ...steps.flatMap((step) => [
      ...(step.step === loop ? ['  Note over front,back: the loop begins here'] : []),
      ...(step.action === '' ? [] : [`  ${arrow(step, words.arrows)}: ${text(label(step))}`]),
      ...sent(step),
    ]),
    `  Note over front,back: ${text(sentence)}`,
  ].join('\n');
}

/** The event that an end sends in this step: it passes the ring by. */
const sent = ({ actor, changes }: ExplainedStep): readonly string[] =>
  Object.entries({ front: '  back-)front: event', back: '  front-)back: event' })
    .filter(([whom]) => actor !== 'Xen' && changes.includes(`event to the ${whom}`))
    .map(([, arrow]) => arrow);

const shared = /^(ring\[|req_prod |rsp_prod |req_event |rsp_event )/;

const arrow = ({ action, actor, changes }: ExplainedStep, arrows: Arrows): string => {
  // Nobody at either end sent it, so it is a note to who receives it.
  if (actor === 'Xen') return `Note over ${changes.includes('event to the front') ? 'front' : 'back'}`;
  const known = arrows[action.replace(/\(.*/, '')];
  // What the application does concerns the frontend alone.
  const who = actor === '' ? 'ring' : actor === 'app' ? 'front' : actor;
  return known ?? (changes.some((change) => shared.test(change)) ? `${who}->>ring` : `${who}->>${who}`);
};

const label = ({ step, action, changes }: ExplainedStep): string =>
  [`${step} ${action}`, ...changes.filter((change) => shown.test(change)).slice(0, 2)].join('<br/>');

// The rest would make the diagram unreadable, and stands in the table.
const shown =
  /^(ring\[|block |page |the application |the back (takes request|reads|writes)|req_prod |rsp_prod |gref \d+ grants|performs load )/;

// These two end a text in Mermaid.
const text = (given: string): string => given.replace(/[#;]/g, (char) => (char === '#' ? '#35;' : '#59;'));
