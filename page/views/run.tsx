/** A counterexample, stepped: the drawing of a state, who acts and what changes, and the action's own text. */
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type ModelEntry, type PageData, type Run as RunData, type RunStep, statesOf } from '../data.js';
import { columnsOfAll, groupsOf, Pictures } from '../drawing/scene.js';
import { columnsText, sceneOf } from '../scene.js';
import { Sequence } from './sequence.js';
import { Tla } from './tla.js';
import { Beside, TwinLine } from './twin.js';
import { Variables } from './variables.js';

interface Props {
  readonly data: PageData;
  readonly model: ModelEntry;
  readonly run: RunData;
  /** From 1. */
  readonly step: number;
  readonly onStep: (step: number) => void;
}

const PLAY_MS = 1400;

/** The view. */
export function Run({ data, model, run, step, onStep }: Props): VNode {
  const { states, scenes, columns } = useMemo(() => {
    const all = statesOf(run);
    const drawn = all.map((state) => sceneOf(model.module, state, run.constants));
    return { states: all, scenes: drawn, columns: columnsOfAll(drawn) };
  }, [run]);
  const last = states.length;
  const [plays, setPlays] = useState(false);
  const isPlaying = plays && step < last;
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setTimeout(() => onStep(step + 1), PLAY_MS);
    return () => clearTimeout(timer);
  });
  useArrows(step, last, onStep);
  const now = run.steps[step - 1]!;
  const changed = new Set(step === 1 ? [] : Object.keys(now.changed));
  const groups = groupsOf(scenes[step - 1]!, scenes[step - 2], changed, { columns });
  const twin = data.twins[model.name];
  const parts = twin !== undefined && 'parting' in twin && twin.parting.step === step ? twin : undefined;
  const arrows = data.arrows[model.module];
  const definition = data.actions[model.module]?.[now.action.replace(/\(.*/, '')];
  return (
    <>
      <p class="crumb">
        <a href="#models">All models</a>
      </p>
      <h1>
        <span class="name">{model.name}</span>
      </h1>
      <p class="lead">{model.about}</p>
      {run.meaning !== null && (
        <p class="meaning">
          <strong>{model.expected.startsWith('Never') ? 'Reached' : `Violated: ${model.expected}`}</strong> (
          {run.meaning.number}). {run.meaning.text}
        </p>
      )}
      {twin !== undefined && <TwinLine {...{ twin, step, onStep }} />}
      <Controls
        {...{ step, last, isPlaying, onStep }}
        onPlay={() => play(isPlaying, step, last, onStep, setPlays)}
      />
      <div class="stage">
        <div class="scene">
          <What step={now} sentence={step === last ? run.sentence : undefined} />
          {run.loopsTo !== null && step >= run.loopsTo && (
            <p class="loop">Part of the loop, which begins at step {run.loopsTo}.</p>
          )}
          {parts === undefined ? (
            <Pictures groups={groups} />
          ) : (
            <Beside
              {...{ module: model.module, run, twin: parts }}
              state={states[step - 1]!}
              before={states[step - 2]!}
            />
          )}
          {groups.length === 0 && parts === undefined && (
            <pre class="columns" tabIndex={0}>
              {columnsText(model.module, states[step - 1]!, run.constants)}
            </pre>
          )}
          <Variables state={states[step - 1]!} changed={changed} />
        </div>
        <aside>
          <Steps run={run} step={step} onStep={onStep} />
          {definition !== undefined && <Tla definition={definition} />}
          {arrows !== undefined && <Sequence steps={run.steps} {...{ arrows, step }} />}
        </aside>
      </div>
    </>
  );
}

function play(
  isPlaying: boolean,
  step: number,
  last: number,
  onStep: (step: number) => void,
  setPlays: (plays: boolean) => void,
): void {
  setPlays(!isPlaying);
  if (!isPlaying && step === last) onStep(1);
}

/** The arrow keys step, wherever the focus is but in what uses them itself. */
function useArrows(step: number, last: number, onStep: (step: number) => void): void {
  // Two keys can come before the page is drawn again.
  const at = useRef(step);
  at.current = step;
  // And the first as soon as it is drawn.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.target instanceof Element && event.target.matches('input, select, textarea, pre')) return;
      const to = { ArrowLeft: at.current - 1, ArrowRight: at.current + 1, Home: 1, End: last }[event.key];
      if (to === undefined || to < 1 || to > last || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      at.current = to;
      onStep(to);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

interface ControlsProps extends Pick<Props, 'step' | 'onStep'> {
  readonly last: number;
  readonly isPlaying: boolean;
  readonly onPlay: () => void;
}

function Controls({ step, last, isPlaying, onStep, onPlay }: ControlsProps): VNode {
  const button = (label: string, sign: string, to: number): VNode => (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={to < 1 || to > last || to === step}
      onClick={() => onStep(to)}
    >
      {sign}
    </button>
  );
  return (
    <div class="controls" role="group" aria-label="Steps">
      {button('First step', '«', 1)}
      {button('Step back', '‹', step - 1)}
      <button type="button" class="play" onClick={onPlay}>
        {isPlaying ? 'Pause' : 'Play'}
      </button>
      {button('Step on', '›', step + 1)}
      {button('Last step', '»', last)}
      <input
        type="range"
        aria-label="Step"
        min={1}
        max={last}
        value={step}
        onInput={(event) => onStep(Number(event.currentTarget.value))}
      />
      <output>
        {step} of {last}
      </output>
    </div>
  );
}

/** Who acts, in words. */
export const WHO = {
  front: 'The front',
  back: 'The back',
  app: 'The application',
  tools: 'The toolstack',
  Xen: 'Xen',
  '': '',
} as const;

function What({
  step: { actor, action, changes },
  sentence,
}: {
  step: RunStep;
  sentence: string | undefined;
}): VNode {
  return (
    <div class="what" aria-live="polite">
      <h2>
        {action === '' ? 'The initial state' : <code>{action}</code>}
        {actor !== '' && <span class={`actor ${actor}`}>{WHO[actor]}</span>}
      </h2>
      {action !== '' && (
        <ul>
          {changes.map((change) => (
            <li>{change}</li>
          ))}
        </ul>
      )}
      {sentence !== undefined && <p class="sentence">{sentence}</p>}
    </div>
  );
}

function Steps({ run, step, onStep }: { run: RunData } & Pick<Props, 'step' | 'onStep'>): VNode {
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = list.current?.querySelector<HTMLElement>('[aria-current]');
    // Not scrollIntoView, which would scroll the page too.
    if (current) list.current!.scrollTop = current.offsetTop - list.current!.clientHeight / 2;
  }, [step]);
  return (
    <nav class="steps" aria-label="All steps" ref={list}>
      <ol>
        {run.steps.map((each) => (
          <li class={each.actor || 'nobody'}>
            <button
              type="button"
              aria-current={each.step === step ? 'step' : undefined}
              onClick={() => onStep(each.step)}
            >
              <span class="n">{each.step}</span>
              <span class="who">{each.actor}</span>
              <span>{each.action || 'the initial state'}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
