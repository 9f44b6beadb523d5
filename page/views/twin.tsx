/** The sound twin of a counterexample: what differs between the two, and both side by side where they part. */
import type { VNode } from 'preact';
import { toTla } from '../../tlc/value-text.js';
import type { State } from '../../tlc/index.js';
import type { Run } from '../data.js';
import { groupsOf, Pictures } from '../drawing/scene.js';
import { columnsText, sceneOf } from '../scene.js';
import type { Twin, TwinOrNone } from '../twin.js';
import { Because } from './refused.js';

interface LineProps {
  readonly twin: TwinOrNone;
  readonly step: number;
  readonly onStep: (step: number) => void;
}

/** Which model stands beside this one, and where the two part. */
export function TwinLine({ twin, step, onStep }: LineProps): VNode {
  if ('none' in twin) return <p class="twin quiet">No sound twin is shown. {twin.none}</p>;
  const { model, isInReport, constants, parting } = twin;
  return (
    <div class="twin">
      <p>
        Its sound twin is <span class="name">{model}</span>, which holds
        {!isInReport && ' (in make check-all: the report has no run of it)'}. The two differ in{' '}
        {constants.map(({ name, fault, twin: other }, i) => (
          <>
            {i > 0 && ', and in '}
            <code>{name}</code>: <Differing {...{ fault, other }} />
          </>
        ))}
        .
      </p>
      <p class="quiet">
        {step < parting.step && 'Up to here both are in one state. '}
        {step > parting.step && 'From here on this model is alone. '}
        {step === parting.step ? (
          'Here they part.'
        ) : (
          <>
            They part at{' '}
            <button type="button" class="link" onClick={() => onStep(parting.step)}>
              step {parting.step}
            </button>
            .
          </>
        )}
      </p>
    </div>
  );
}

/** The values of a constant; of two sets only what is in one of them. */
function Differing({ fault, other }: { fault: string; other: string }): VNode {
  const [here, there] = [fault, other].map((text) =>
    /^\{(.*)\}$/.exec(text)?.[1]?.split(', ').filter(Boolean),
  );
  if (here === undefined || there === undefined)
    return (
      <>
        <code>{fault}</code> here and <code>{other}</code> there
      </>
    );
  const only = [
    [here.filter((each) => !there.includes(each)), 'only here'],
    [there.filter((each) => !here.includes(each)), 'only there'],
  ] as const;
  return (
    <>
      {only
        .filter(([members]) => members.length > 0)
        .map(([members, where], i) => (
          <>
            {i > 0 && ', '}
            <code>{members.join(', ')}</code> {where}
          </>
        ))}
    </>
  );
}

interface BesideProps {
  readonly module: string;
  readonly run: Run;
  readonly twin: Twin;
  /** Where this model is now, and where both were before. */
  readonly state: State;
  readonly before: State;
}

/** Both models at the step where they part. */
export function Beside({ module, run, twin, state, before }: BesideProps): VNode {
  const { model, parting } = twin;
  const { action } = run.steps[parting.step - 1]!;
  const pictures = (after: State, changed: readonly string[]): VNode => {
    const text = columnsText(module, after, run.constants);
    if (text !== '')
      return (
        <pre class="columns" tabIndex={0}>
          {text}
        </pre>
      );
    const [then, now] = [before, after].map((each) => sceneOf(module, each, run.constants));
    return <Pictures groups={groupsOf(now!, then, new Set(changed))} />;
  };
  return (
    <section aria-label={`This model and ${model}, where they part`}>
      <div class="beside">
        <div>
          <h3>This model, in which something is wrong</h3>
          <p>
            takes <code>{action}</code>.
          </p>
          {pictures(state, Object.keys(run.steps[parting.step - 1]!.changed))}
        </div>
        <div>
          <h3>
            <span class="name">{model}</span>, which holds
          </h3>
          <p>
            {parting.kind === 'elsewhere'
              ? 'takes '
              : parting.kind === 'refused'
                ? 'refuses '
                : 'has no step '}
            <code>{action}</code>
            {parting.kind === 'elsewhere' && ' too, and it leads to another state'}
            {parting.kind === 'absent' && ': its constants do not allow these arguments'}.
          </p>
          {parting.kind === 'refused' && (
            <div class="why">
              <Because why={parting.why} />
            </div>
          )}
          {parting.kind === 'elsewhere' &&
            pictures({ ...state, ...parting.otherwise }, Object.keys(parting.otherwise))}
        </div>
      </div>
      {parting.kind === 'elsewhere' && <Otherwise {...{ model, state, otherwise: parting.otherwise }} />}
    </section>
  );
}

function Otherwise({ model, state, otherwise }: { model: string; state: State; otherwise: State }): VNode {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="What differs">
      <table class="otherwise">
        <thead>
          <tr>
            <td>What differs</td>
            <th scope="col">here</th>
            <th scope="col">in {model}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(otherwise).map(([name, value]) => (
            <tr>
              <th scope="row">{name}</th>
              <td>{toTla(state[name]!)}</td>
              <td>{toTla(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
