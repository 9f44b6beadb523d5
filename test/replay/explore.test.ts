import { describe, expect, test } from 'vitest';
import { explore, follow, type Program } from '../../replay/explore.js';

/** Three points; the run fails where the first and the last are disturbed. */
const program: Program = (chooser) => {
  const [a, , c] = [1, 2, 3].map((n) =>
    chooser.choose(String(n) + chooser.isKnown, ['go on', `disturb ${n}`]),
  );
  return Promise.resolve(a === 1 && c === 1 ? 'the first and the last were disturbed' : null);
};
const LIMITS = { maxSchedules: 100 };

describe('an exploration', () => {
  test('takes every option of every point once, where points are known again', async () => {
    const runs: string[] = [];
    const found = await explore((chooser) => {
      let way = '';
      for (let n = 0; n < 3 && !chooser.isKnown; n++)
        way += chooser.choose(`${n} ${way.includes('1')}`, ['0', '1', '2']);
      runs.push(way);
      return Promise.resolve(null);
    }, LIMITS);
    // Whether a 1 was chosen is all that the points after the first know.
    expect(found).toEqual({ schedules: runs.length, points: 5 });
    expect(new Set(runs).size).toBe(runs.length);
    expect(runs).toHaveLength(5 * 2 + 1);
  });

  test('finds the one way that fails, and shrinks it to what it needs', async () => {
    const every: Program = (chooser) => {
      let way = '';
      for (let n = 0; n < 3; n++) way += chooser.choose(way, ['go on', `disturb ${n + 1}`]);
      return Promise.resolve(/^1.1$/.test(way) ? 'the first and the last were disturbed' : null);
    };
    expect((await explore(every, LIMITS)).failing).toEqual({
      schedule: [1, 0, 1],
      disturbances: [
        { point: 1, option: 'disturb 1' },
        { point: 3, option: 'disturb 3' },
      ],
      why: 'the first and the last were disturbed',
    });
  });

  test('follows a schedule to its end, whatever is known', async () => {
    expect(await follow(program, [1, 0, 1])).toMatchObject({ why: expect.stringContaining('first') });
    expect(await follow(program, [1, 0])).toBeUndefined();
  });

  test('says so where there are more schedules than allowed', async () => {
    const endless: Program = (chooser) => {
      for (let n = 0; n < 20; n++) chooser.choose(`${Math.random()}`, ['0', '1']);
      return Promise.resolve(null);
    };
    expect((await explore(endless, { maxSchedules: 50 })).failing?.why).toMatch('more than 50 schedules');
  });

  test('follows no schedule that asks for what there is not', async () => {
    await expect(follow(program, [1, 7])).rejects.toThrow('choice 2 is 7, and there are 2, from 0');
    await expect(follow(program, [0, 0, 0, 0])).rejects.toThrow('it has 4 choices, and the run has 3 points');
  });
});
