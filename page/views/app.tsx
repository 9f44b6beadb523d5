/** The whole page: its head, and the view of the place where the reader stands. */
import type { ComponentChildren, VNode } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { PageData } from '../data.js';
import { fragmentOf, NO_FILTER, type Place, placeOf } from '../place.js';
import { Backend } from './backend.js';
import { Coverage } from './coverage.js';
import { Graphs, Walk, WhyNot } from './graphs.js';
import { Models } from './models.js';
import { Properties } from './properties.js';
import { Run } from './run.js';

/** The page. */
export function App({ data }: { data: PageData }): VNode {
  const [place, go] = usePlace();
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        To the content
      </a>
      <header>
        <p class="brand">
          <a href="#models">netfront</a> <span>Xen’s network front, model-checked</span>
        </p>
        <nav aria-label="Views">
          <a href="#models" aria-current={place.view === 'models' ? 'page' : undefined}>
            Verdicts
          </a>
          <a
            href="#graphs"
            aria-current={place.view === 'graphs' || place.view === 'graph' ? 'page' : undefined}
          >
            Graphs
          </a>
          <a href="#backend/reference/tx" aria-current={place.view === 'backend' ? 'page' : undefined}>
            Play
          </a>
          <a href="#properties" aria-current={place.view === 'properties' ? 'page' : undefined}>
            Properties
          </a>
          <a href="#coverage" aria-current={place.view === 'coverage' ? 'page' : undefined}>
            Coverage
          </a>
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        {viewOf(data, place, go)}
      </main>
      <footer>
        <p>
          Made by <code>netfront page</code> from the report of {data.checked}. A model is checked again with{' '}
          <code>netfront check MODEL</code>.
        </p>
      </footer>
    </>
  );
}

function viewOf(data: PageData, place: Place, go: (place: Place) => void): VNode {
  const models = (filter = NO_FILTER): VNode => (
    <Models data={data} filter={filter} onFilter={(next) => go({ view: 'models', filter: next })} />
  );
  if (place.view === 'models') return models(place.filter);
  if (place.view === 'properties') return <Properties data={data} />;
  if (place.view === 'backend') return <Backend {...{ data, place, go }} />;
  if (place.view === 'coverage') return <Coverage {...{ coverage: data.coverage, place }} />;
  if (place.view === 'graphs') return <Graphs graphs={data.graphs} />;
  if (place.view === 'graph') {
    const entry = data.graphs.find(({ model }) => model === place.model);
    if (entry !== undefined && entry.head !== null)
      return (
        <Walk key={place.model} {...{ data, entry, way: place.way }} onWay={(way) => go({ ...place, way })} />
      );
    return (
      <>
        <Notice>
          The page has no graph of {place.model} to walk
          {entry !== undefined && (
            <>
              : it is <WhyNot {...entry} />
            </>
          )}
          . It has these:
        </Notice>
        <Graphs graphs={data.graphs} />
      </>
    );
  }
  if (place.view === 'unknown')
    return (
      <>
        <Notice>The link leads nowhere: this page has no «{place.fragment}». This is where it begins.</Notice>
        {models()}
      </>
    );
  const model = data.models.find(({ name }) => name === place.model);
  const run = data.runs[place.model];
  if (model === undefined || run === undefined)
    return (
      <>
        <Notice>
          The page has no counterexample of {place.model}: {noRun(model?.expected, place.model)}
        </Notice>
        {models()}
      </>
    );
  const isStep = place.step <= run.steps.length;
  return (
    <>
      {!isStep && (
        <Notice>
          The run of {place.model} has {run.steps.length} steps, and no step {place.step}. This is where it
          begins.
        </Notice>
      )}
      <Run
        {...{ data, model, run, step: isStep ? place.step : 1 }}
        onStep={(step) => go({ view: 'run', model: model.name, step })}
      />
    </>
  );
}

const noRun = (expected: string | undefined, name: string): string => {
  if (expected === undefined) return 'there is no such model.';
  return expected === 'holds' ? 'it holds.' : `netfront explain ${name} finds it again.`;
};

const Notice = ({ children }: { children: ComponentChildren }): VNode => (
  <p class="notice" role="alert">
    {children}
  </p>
);

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

/** The place in the URL, and how to go to another. A step replaces the one before, so that «back» leaves the run. */
function usePlace(): readonly [Place, (place: Place) => void] {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  // As soon as the page is drawn: a link may be followed then.
  useLayoutEffect(() => {
    const onChange = (): void => setPlace(placeOf(location.hash));
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  const go = (next: Place): void => {
    history.replaceState(null, '', fragmentOf(next));
    setPlace(next);
  };
  return [place, go];
}
