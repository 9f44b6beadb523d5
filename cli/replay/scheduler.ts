/** netfront replay --scheduler: what applications run, on the graphs, under every interleaving. */
import { InvalidArgumentError } from 'commander';
import { ToolError } from '../../tlc/index.js';
import type { ModelGraph } from '../../corpus/index.js';
import { Peer } from '../../peer/peer.js';
import { explore, type Failing, follow } from '../../replay/explore.js';
import { moduleOfModel } from '../../replay/modules/index.js';
import { peerBacks } from '../../replay/peer-steps.js';
import { schedulerProgram } from '../../replay/scheduler.js';
import { Successors } from '../../replay/successors.js';
import { peerModule } from '../context.js';
import { counted, note, print } from '../output.js';
import { mustBeWritable } from '../output-file.js';
import { places } from '../progress.js';
import { readIfThere, type ScheduleRow, updateReport } from '../report-file.js';
import { schedulesTable } from '../report-tables.js';

/** More than any graph here needs: what is beyond is a scheduler that comes to no end. */
const MOST_SCHEDULES = 100_000;

/** The choices of a schedule, as `--schedule` has them. */
export const choices = (text: string): readonly number[] => {
  const numbers = text.split(',').map((each) => (each === '' ? NaN : Number(each)));
  if (!numbers.every((number) => Number.isInteger(number) && number >= 0))
    throw new InvalidArgumentError('It is whole numbers from 0 on with commas between them.');
  return numbers;
};

/** Runs the scheduler on graphs, one after the other; or one schedule on one graph. */
export async function runScheduler(
  graphs: readonly (() => Promise<ModelGraph>)[],
  {
    report,
    schedule,
  }: { readonly report?: string | undefined; readonly schedule?: readonly number[] | undefined },
): Promise<0 | 1> {
  if (report !== undefined) {
    await mustBeWritable(report);
    await readIfThere(report);
  }
  const backs = peerBacks(new Peer(peerModule()));
  const rows: ScheduleRow[] = [];
  const at = places(graphs.length);
  for (const graphOf of graphs) {
    const { name, model, graph, args, constants } = await graphOf();
    const scheduled = moduleOfModel(model.module)!.schedule!(graph, constants, backs);
    const successors = new Successors(graph, args, scheduled.backActions);
    const program = schedulerProgram(scheduled, successors);
    if (schedule !== undefined) {
      const failing = await follow(program, schedule).catch((error: unknown) => {
        if (error instanceof RangeError) throw new ToolError(`--schedule: ${error.message}`);
        throw error;
      });
      if (failing === undefined) print(`ok      ${name}: nothing goes wrong on this schedule`);
      else print(failureText(name, failing));
      return failing === undefined ? 0 : 1;
    }
    const begun = performance.now();
    const { schedules, points, failing } = await explore(program, {
      maxSchedules: MOST_SCHEDULES,
      onProgress: (count) => note(`${name} ... ${counted(count, 'schedule')}`),
    });
    note(`${at()}${name} ... ${counted(schedules, 'schedule')}`);
    if (failing !== undefined) print(`${failureText(name, failing)}\n`);
    else if (successors.ended === 0) throw new Error(`no schedule of ${name} comes to its end`);
    rows.push({
      model: name,
      schedules,
      points,
      transitions: successors.taken.size,
      failures: failing === undefined ? 0 : 1,
      seconds: Number(((performance.now() - begun) / 1000).toFixed(3)),
    });
  }
  if (report !== undefined) await updateReport(report, 'schedules', rows);
  print(schedulesTable(rows));
  return rows.every(({ failures, transitions }) => failures === 0 && transitions > 0) ? 0 : 1;
}

const failureText = (model: string, { schedule, disturbances, why }: Failing): string =>
  [
    `NOT ok  the scheduler on the graph of ${model}`,
    `  what      ${why}`,
    ...disturbances.map(({ point, option }) => `  point ${String(point).padEnd(4)}${option}`),
    `  to repeat netfront replay --scheduler ${model} --schedule ${schedule.join(',') || '0'}`,
  ].join('\n');
