/** How often each action and each line of the specification was reached, over all models. */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { CountedLine, CountedModule, CoverageEntry } from '../data.js';
import { fragmentOf, type Place } from '../place.js';

type At = Extract<Place, { view: 'coverage' }>;

const figure = (count: number): string => count.toLocaleString('en');
const hrefOf = (module: string, line = 0): string => fragmentOf({ view: 'coverage', module, line });

/** The view: all modules, or one with the count beside each line. */
export function Coverage({ coverage, place }: { coverage: CoverageEntry | null; place: At }): VNode {
  useEffect(() => {
    if (place.line > 0) document.getElementById(`line-${place.line}`)?.scrollIntoView({ block: 'center' });
  }, [place.module, place.line]);
  if (coverage === null)
    return (
      <>
        <h1>Coverage</h1>
        <p class="notice">The report has no counts in it. make check counts, and writes it anew.</p>
      </>
    );
  const module = coverage.modules.find(({ name }) => name === place.module);
  return (
    <>
      <h1>{module === undefined ? 'Coverage' : `Coverage of ${module.name}`}</h1>
      {place.module !== '' && module === undefined && (
        <p class="notice" role="alert">
          No counts of {place.module} are here: there is no such module, or its text is not the one that was
          counted.
        </p>
      )}
      <p class="lead">
        How often TLC took each action and evaluated each expression, over the {coverage.models} models that
        were counted. An assignment or a branch that no model reaches fails <code>make check</code>, unless{' '}
        <code>spec/unreached.json</code> says why. A line without a figure is part of the expression above it,
        or is one of which TLC tells nothing.
      </p>
      {module === undefined ? <Modules all={coverage.modules} /> : <Text {...{ module, line: place.line }} />}
    </>
  );
}

const missedLines = ({ lines }: CountedModule): number =>
  lines.filter(({ missed }) => missed.length > 0).length;
const isUnexplained = ({ missed, why }: CountedLine): boolean => missed.length > 0 && why === '';

function Modules({ all }: { all: readonly CountedModule[] }): VNode {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Modules">
      <table>
        <thead>
          <tr>
            {['Module', 'Lines', 'Not reached', 'Without a reason', 'Actions', 'Never taken'].map(
              (title, i) => (
                <th scope="col" class={i === 0 ? undefined : 'number'}>
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {all.map((module) => (
            <tr>
              <th scope="row">
                <a href={hrefOf(module.name)}>{module.name}</a>
              </th>
              {[
                module.lines.filter(({ count }) => count !== null).length,
                missedLines(module),
                module.lines.filter(isUnexplained).length,
                module.actions.length,
                module.actions.filter(({ count }) => count === 0).length,
              ].map((count) => (
                <td class="number">{figure(count)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Text({ module, line: at }: { module: CountedModule; line: number }): VNode {
  return (
    <>
      <p>
        <a href={hrefOf('')}>All modules</a>
      </p>
      <h2>Actions</h2>
      <ul class="taken">
        {module.actions.map(({ name, line, count }) => (
          <li>
            {line > 0 ? <a href={hrefOf(module.name, line)}>{name}</a> : name}{' '}
            {count === 0 ? <strong>never</strong> : figure(count)}
          </li>
        ))}
      </ul>
      <h2>{module.file}</h2>
      <div class="scroll painted" tabIndex={0} role="region" aria-label={`The text of ${module.file}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Reached</th>
              <th scope="col">Text</th>
            </tr>
          </thead>
          <tbody>
            {module.lines.map((line, i) => (
              <Line {...{ line, number: i + 1, isHere: i + 1 === at }} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Four steps of a scale, each for a hundred times as often as the one before. */
const heat = (count: number): number => Math.min(4, 1 + Math.floor(Math.log10(count) / 2));

function Line({ line, number, isHere }: { line: CountedLine; number: number; isHere: boolean }): VNode {
  const { text, count, missed, why } = line;
  const kind = missed.length > 0 ? 'missed' : count === null ? 'uncounted' : `heat-${heat(count)}`;
  return (
    <tr id={`line-${number}`} class={`${kind}${isHere ? ' here' : ''}`}>
      <td class="number">{number}</td>
      <td class="number">{count === null ? '' : count === 0 ? 'never' : figure(count)}</td>
      <td>
        <code>{text}</code>
        {missed.length > 0 && (
          <p class="why-missed">
            {count !== 0 && <>Not reached in it: {missed.join('; ')}. </>}
            {why === '' ? 'No model reaches this, and spec/unreached.json does not say why.' : why}
          </p>
        )}
      </td>
    </tr>
  );
}
