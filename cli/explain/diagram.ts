/** A counterexample as a sequence diagram, in the language of Mermaid. */
import { arrowOf, eventsOf } from '../../replay/words/arrows.js';
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
const sent = (step: ExplainedStep): readonly string[] =>
  eventsOf(step).map((whom) => `  ${whom === 'front' ? 'back' : 'front'}-)${whom}: event`);

const arrow = (step: ExplainedStep, arrows: Arrows): string => {
  // Nobody at either end sent it, so it is a note to who receives it.
  if (step.actor === 'Xen')
    return `Note over ${step.changes.includes('event to the front') ? 'front' : 'back'}`;
  if (step.actor === 'tools') return 'tools->>tools';
  const { from, to, isDashed } = arrowOf(step, arrows);
  return `${from}${isDashed ? '-->>' : '->>'}${to}`;
};

const label = ({ step, action, changes }: ExplainedStep): string =>
  [`${step} ${action}`, ...changes.filter((change) => shown.test(change)).slice(0, 2)].join('<br/>');

// The rest would make the diagram unreadable, and stands in the table.
const shown =
  /^(ring\[|block |page |the application |the back (takes request|reads|writes)|req_prod |rsp_prod |gref \d+ grants|performs load )/;

// These two end a text in Mermaid.
const text = (given: string): string => given.replace(/[#;]/g, (char) => (char === '#' ? '#35;' : '#59;'));
