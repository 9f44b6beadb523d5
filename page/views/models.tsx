/** The verdicts: the advisory's table, and below it every model, to be searched and filtered. */
import type { VNode } from 'preact';
import type { ModelEntry, PageData } from '../data.js';
import { choices, filtered, verdictOf } from '../filter.js';
import { type Filter, fragmentOf, NO_FILTER } from '../place.js';

interface Props {
  readonly data: PageData;
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

/** The view. */
export function Models({ data, filter, onFilter }: Props): VNode {
  const shown = filtered(data.models, filter);
  const asExpected = data.models.filter(({ ok }) => ok).length;
  const run = data.models.filter(({ found }) => found !== null).length;
  return (
    <>
      <h1>What the model checker found</h1>
      <p class="lead">
        TLC checked {run} models of Xen’s netfront, and found what was expected of{' '}
        {asExpected === run ? 'each' : `${asExpected} of them`}. Where a model <em>holds</em>, it looked at
        every state. Where one is <em>violated</em>, it found a shortest run into what goes wrong, and you can
        step through it.
      </p>
      <AdvisoryTable data={data} />
      <section aria-labelledby="all">
        <h2 id="all">Every model</h2>
        <FilterBar models={data.models} filter={filter} onFilter={onFilter} />
        <p class="count" role="status">
          {shown.length === data.models.length
            ? `${shown.length} models`
            : `${shown.length} of ${data.models.length} models`}
        </p>
        <ModelsTable data={data} shown={shown} />
      </section>
    </>
  );
}

function AdvisoryTable({ data: { advisory, models, runs } }: { data: PageData }): VNode {
  const entry = (name: string): ModelEntry => models.find((model) => model.name === name)!;
  return (
    <section aria-labelledby="msa00">
      <h2 id="msa00">The advisory MSA00, release by release</h2>
      <p>
        In 2016 MirageOS found that its driver gave the same id to two requests in flight. Another recipient’s
        data was sent. Each cell is a model of mirage-net-xen.
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="The advisory, release by release">
        <table class="advisory">
          <thead>
            <tr>
              <th scope="col">release</th>
              {advisory.columns.map((column) => (
                <th scope="col">{column}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {advisory.rows.map(({ release, models: cells }) => (
              <tr>
                <th scope="row">{release}</th>
                {cells.map((names) => (
                  <td>
                    {names.map((name) => (
                      <div>
                        <Verdict model={entry(name)} /> <ModelName name={name} hasRun={name in runs} />
                      </div>
                    ))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const ModelName = ({ name, hasRun }: { name: string; hasRun: boolean }): VNode =>
  hasRun ? (
    <a class="name" href={fragmentOf({ view: 'run', model: name, step: 1 })}>
      {name}
    </a>
  ) : (
    <span class="name">{name}</span>
  );

function Verdict({ model }: { model: ModelEntry }): VNode {
  const verdict = verdictOf(model);
  return <span class={`verdict ${verdict.replaceAll(' ', '-')}`}>{verdict}</span>;
}

const FILTERS = [
  ['module', 'Module', (model: ModelEntry) => [model.module]],
  ['property', 'Property', (model: ModelEntry) => model.properties],
  ['release', 'Driver and release', (model: ModelEntry) => [model.release]],
  ['fault', 'Fault', (model: ModelEntry) => model.faults],
  ['verdict', 'Verdict', (model: ModelEntry) => [verdictOf(model)]],
] as const;

function FilterBar({
  models,
  filter,
  onFilter,
}: { models: readonly ModelEntry[] } & Omit<Props, 'data'>): VNode {
  const set = (name: keyof Filter) => (event: Event) =>
    onFilter({ ...filter, [name]: (event.currentTarget as HTMLInputElement | HTMLSelectElement).value });
  const isFiltered = Object.values(filter).some((value) => value !== '');
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label class="search">
        <span>Search</span>
        <input
          type="search"
          value={filter.words}
          onInput={set('words')}
          placeholder="a model, a driver, a word of what it shows"
        />
      </label>
      {FILTERS.map(([name, title, of]) => (
        <label>
          <span>{title}</span>
          <select value={filter[name]} onChange={set(name)}>
            <option value="">any</option>
            {choices(models, of).map((choice) => (
              <option value={choice}>{choice}</option>
            ))}
          </select>
        </label>
      ))}
      <button type="button" disabled={!isFiltered} onClick={() => onFilter(NO_FILTER)}>
        Clear
      </button>
    </form>
  );
}

function ModelsTable({ data, shown }: { data: PageData; shown: readonly ModelEntry[] }): VNode {
  if (shown.length === 0) return <p class="none">No model fits. Clear a filter, or search for less.</p>;
  const modules = [...new Set(shown.map(({ module }) => module))];
  return (
    <table class="models">
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col">What it shows</th>
          <th scope="col">Verdict</th>
          <th scope="col" class="number">
            States
          </th>
          <th scope="col" class="number">
            Seconds
          </th>
        </tr>
      </thead>
      {modules.map((module) => (
        <tbody>
          <tr class="module">
            <th scope="rowgroup" colSpan={5}>
              {module}
            </th>
          </tr>
          {shown
            .filter((model) => model.module === module)
            .map((model) => (
              <Row key={model.name} model={model} hasRun={model.name in data.runs} />
            ))}
        </tbody>
      ))}
    </table>
  );
}

function Row({ model, hasRun }: { model: ModelEntry; hasRun: boolean }): VNode {
  const { name, about, expected, found, ok, states, seconds } = model;
  const isOther = found !== null && found !== expected;
  return (
    <tr class={ok || found === null ? '' : 'bad'}>
      <td>
        <ModelName name={name} hasRun={hasRun} />
      </td>
      <td class="about">{about}</td>
      <td>
        <Verdict model={model} />
        {expected !== 'holds' && <span class="property">{expected}</span>}
        {isOther && <span class="property">found: {found}</span>}
      </td>
      <td class="number">{states.toLocaleString('en-US')}</td>
      <td class="number">{seconds === null ? '' : seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0)}</td>
    </tr>
  );
}
