/** What every benchmark is given, and how times are taken. */
import type { Model, Tools } from '../corpus/index.js';

/** Where the project is, what runs TLC, and a folder for what is made. */
export interface BenchContext {
  readonly root: string;
  readonly tools: Tools;
  readonly models: readonly Model[];
  readonly folder: string;
}

/** The model of this name. Throws if the manifest has none. */
export const modelNamed = ({ models }: BenchContext, name: string): Model => {
  const model = models.find((candidate) => candidate.name === name);
  if (model === undefined) throw new Error(`the manifest has no model ${name}, which a benchmark needs`);
  return model;
};

/** Seconds that something takes. */
export const secondsOf = async (work: () => unknown): Promise<number> => {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
};

/** Seconds of processor time that something takes, those of the collector's threads included. */
export const cpuSecondsOf = async (work: () => unknown): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

/** The one in the middle: what is quoted, because machines are shared and the mean is not steady. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Three digits are all that repeats. */
export const rounded = (value: number): number => Number(value.toPrecision(3));
