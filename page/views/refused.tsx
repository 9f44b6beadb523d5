/** The steps of a graph that a state does not allow, and of one of them which guard is false. */
import type { VNode } from 'preact';
import type { State } from '../../tlc/index.js';
import type { Enabled, Walked } from '../graph-pack.js';
import type { Refusal } from '../tla/refusal.js';
import { type Answer, answerTo, type Asked } from '../tla/refused.js';

interface Props {
  readonly graph: Walked;
  readonly enabled: readonly Enabled[];
  readonly state: State;
  readonly asked: Asked;
  /** The step of which the reader asks why. */
  readonly chosen: string | undefined;
  readonly onAsk: (label: string) => void;
}

/** The view; null where the state allows every step. */
export function Refused({ graph, enabled, state, asked, chosen, onAsk }: Props): VNode | null {
  const possible = new Set(enabled.map(({ label }) => label));
  const others = graph.labels.filter((label) => !possible.has(label)).toSorted();
  if (others.length === 0) return null;
  const isTakenOtherwise = chosen !== undefined && possible.has(nameOf(chosen));
  return (
    <section class="impossible">
      <details open={chosen !== undefined}>
        <summary>{others.length} steps are not possible now</summary>
        <p class="quiet">Each has a guard that is false in this state. Choose one to see which.</p>
        {others.map((label) => (
          <button type="button" aria-pressed={label === chosen} onClick={() => onAsk(label)}>
            {label}
          </button>
        ))}
      </details>
      {chosen !== undefined && (
        <div class="why" aria-live="polite">
          <h3>
            Why not <code>{chosen}</code>?
          </h3>
          {answered(answerTo(asked, state, nameOf(chosen), argsOf(graph, chosen)), isTakenOtherwise)}
        </div>
      )}
    </section>
  );
}

const nameOf = (label: string): string => label.replace(/\(.*/, '');
const argsOf = ({ labels, args }: Walked, label: string) => args[labels.indexOf(label)]!;

/** What is said of the answer. A guard that is all true contradicts TLC, and the page says so. */
function answered(answer: Answer, isTakenOtherwise: boolean): VNode {
  if (answer.kind === 'refused') return <Because why={answer.why} />;
  if (answer.kind === 'allowed')
    return isTakenOtherwise ? (
      <p>Its guards are true. It is among the steps that can happen now, with its arguments left out.</p>
    ) : (
      <p>This page finds every guard to be true, and TLC did not take the step. One of the two is wrong.</p>
    );
  return <p>This page does not understand {answer.what}. The guards are in the text of the action below.</p>;
}

/** A condition that is false: its text, what it compares, and where it stands. */
export function Because({ why: { file, line, text, through, values, each } }: { why: Refusal }): VNode {
  return (
    <>
      <p>
        This is false: <code class="guard">{text}</code>
      </p>
      {values.length > 0 && (
        <dl class="variables">
          {values.map(([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <p class="quiet">
        {file}, line {line}
        {through.length > 0 && (
          <>
            , by way of <code>{through.join(', ')}</code>
          </>
        )}
      </p>
      {each.length > 0 && (
        <ul>
          {each.map((why) => (
            <li>
              <Because why={why} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
