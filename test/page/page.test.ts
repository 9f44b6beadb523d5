/** The page in a browser: each view, with what a reader would do. */
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { execa } from 'execa';
import {
  addGraph,
  madePage,
  type MadePage,
  reportOf,
  rowsAsExpected,
  someCoverage,
} from '../fixtures/page.js';

const chromiumHere = async (): Promise<string | undefined> => {
  const { stdout } = await execa('sh', ['-c', 'command -v chromium'], { reject: false });
  return stdout === '' ? undefined : stdout;
};

const executablePath = await chromiumHere();
if (executablePath === undefined)
  console.log(
    'test/page/page.test.ts: no chromium is installed, so the page is not looked at: apt-get install chromium',
  );

describe.skipIf(executablePath === undefined)('the page', () => {
  let made: MadePage;
  let browser: Browser;
  let page: Page;
  const said: string[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    const counts = { obligations: 1, open: [], faults: 1, shown: 1, seconds: 1 };
    const proofs = [
      { name: 'NetfrontTx', proved: 1, ...counts },
      { name: 'Ring', proved: 0, ...counts },
    ];
    made = await madePage({
      ...reportOf(await rowsAsExpected()),
      ...{ coverage: await someCoverage(), proofs },
    });
    await addGraph(made.file, 'ring_1_trace');
    // In a container there is no user to whom the sandbox could give fewer rights.
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    await made.remove();
  });

  beforeEach(async () => {
    said.length = 0;
    asked.length = 0;
    page = await browser.newPage();
    // Half a minute is not enough where the machine is full.
    page.setDefaultTimeout(300_000);
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
  });
  afterEach(async () => {
    await page.close();
    expect(said).toEqual([]);
    expect(asked.filter((url) => !url.startsWith('file:'))).toEqual([]);
  });

  const open = async (fragment: string): Promise<void> => {
    await page.goto(`file://${made.file}#${fragment}`);
    await page.waitForSelector('h1');
  };
  const text = (selector: string): Promise<string> => page.locator(selector).first().innerText();
  const fragment = (): string => new URL(page.url()).hash;

  test('is one file of at most 6 MB', async () => {
    expect(made.ran.status).toBe(0);
    expect((await stat(made.file)).size).toBeLessThan(6_000_000);
  });

  test('begins with the table of the advisory, and then has every model', async () => {
    await open('');
    await expect.poll(() => text('h2')).toContain('MSA00');
    const cells = await page.locator('.advisory tbody tr').first().innerText();
    expect(cells.replace(/\s+/g, ' ')).toBe(
      'before 1.4.2 violated tx_1_4_1 violated rx_1_4_1 violated rx_1_4_1_mutated',
    );
    await expect
      .poll(() => page.locator('.models tbody tr:not(.module)').count())
      .toBe((await rowsAsExpected()).length);
  });

  test('is searched and filtered, and the link has it', async () => {
    await open('');
    await page.getByLabel('Search').fill('disclosure MSA00');
    await expect
      .poll(() => page.locator('.models tbody tr:not(.module) td:first-child').allInnerTexts())
      .toEqual(['tx_1_4_1']);
    await expect.poll(fragment).toBe('#models?words=disclosure+MSA00');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Fault').selectOption('no_final_check');
    const names = page.locator('.models tbody tr:not(.module) td:first-child');
    await expect.poll(() => names.allInnerTexts()).not.toContain('ring');
    const shown = await names.allInnerTexts();
    expect(shown).toContain('ring_no_final_check');
    await expect.poll(fragment).toContain('no_final_check');
    const link = fragment();
    await page.goto('about:blank');
    await open(link.slice(1));
    await expect
      .poll(() => page.locator('.models tbody tr:not(.module) td:first-child').allInnerTexts())
      .toEqual(shown);
    await page.getByLabel('Search').fill('nothing has this');
    await expect.poll(() => text('.none')).toContain('No model fits');
  });

  test('steps a counterexample by keys, buttons and slider, to the sentence at its end', async () => {
    await open('');
    await page.locator('.advisory').getByRole('link', { name: 'tx_1_4_1', exact: true }).click();
    await expect.poll(() => text('.what h2')).toBe('The initial state');
    for (let step = 1; step < 6; step++) await page.keyboard.press('ArrowRight');
    await expect.poll(fragment).toBe('#run/tx_1_4_1/6');
    await expect.poll(() => text('.what code')).toBe('TxPushRequests');
    await expect.poll(() => text('.what li')).toContain('req_prod 3 -> 1');
    await expect.poll(() => text('.tla')).toContain('TxPushRequests ==');
    await expect.poll(() => text('.tla figcaption')).toMatch(/^spec\/NetfrontTx\.tla, line \d+$/);
    await page.getByRole('button', { name: 'Step back', exact: true }).click();
    await expect.poll(fragment).toBe('#run/tx_1_4_1/5');
    await page.getByLabel('Step', { exact: true }).fill('10');
    await expect.poll(() => text('.what code')).toBe('BackRespond(1,ERROR)');
    await expect.poll(() => page.locator('.sentence').count()).toBe(0);
    await page.keyboard.press('End');
    await expect.poll(() => text('.sentence')).toContain('promised frame A and finds frame B');
    await expect.poll(() => page.locator('.steps [aria-current]').innerText()).toContain('BackReadBlock(1)');
  });

  test('draws the ring of a step: its slots, and whose frame is in each block', async () => {
    await open('run/tx_1_4_1/6');
    const [ring, blocks] = await page
      .locator('svg.drawing')
      .evaluateAll((all) => all.map((svg) => svg.getAttribute('aria-label')));
    expect(ring).toBe(
      'The ring: slot 1 request id 0 gref 0 offset 0 size A (request published), slot 0 request id 0 gref 0 offset 1 size A (request published)',
    );
    expect(blocks).toBe(
      'What is in each buffer: block 0 has A, the request with id 0 has it; block 1 has A, the request with id 0 has it',
    );
  });

  test('stands a counterexample beside its sound twin, up to where they part', async () => {
    await open('run/tx_1_4_1/1');
    await expect
      .poll(() => text('.twin'))
      .toContain(
        'tx_1_4_2, which holds. The two differ in IdScheme: "gref_per_page" here and "block_number" there',
      );
    await page.getByRole('button', { name: 'step 5', exact: true }).click();
    await expect.poll(fragment).toBe('#run/tx_1_4_1/5');
    const beside = page.locator('.beside > div');
    await expect
      .poll(() => beside.allInnerTexts())
      .toEqual([
        expect.stringContaining('takes TxEnqueue.'),
        expect.stringContaining('takes TxEnqueue too, and it leads to another state'),
      ]);
    await expect.poll(() => page.locator('.beside svg').count()).toBe(8);
    await expect
      .poll(() => page.locator('.otherwise tbody th').allInnerTexts())
      .toEqual(['ring', 'inFlight']);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => text('.twin')).toContain('From here on this model is alone');
    await open('run/txp_in_parts/4');
    await expect.poll(() => text('.beside .why')).toContain('"push_in_parts" \\in Faults');
    await expect.poll(() => text('.twin')).toContain('differ in Faults: "push_in_parts" only here');
    await open('run/rx_ring_full_off_by_one/1');
    await expect
      .poll(() => text('.twin'))
      .toContain('No sound twin is shown. No model that holds checks RingBound');
  });

  test('links what guards a property to its file', async () => {
    await open('properties');
    const all = await page
      .locator('.together a')
      .evaluateAll((links) => links.map((a) => a.getAttribute('href')!));
    const files = [...new Set(all.filter((href) => !/^(#|https:)/.test(href)))];
    expect(files.length).toBeGreaterThan(100);
    for (const folder of ['impl', 'test', 'traces/invalid', 'traces/port', 'ports/rust'])
      expect(files.filter((href) => href.includes(`/${folder}/`)).length, folder).toBeGreaterThan(5);
    const missing = files.filter((href) => !existsSync(path.resolve(path.dirname(made.file), href)));
    expect(missing).toEqual([]);
    expect(all).toContain('https://xenbits.xen.org/xsa/advisory-457.html');
  });

  test('has a sequence diagram, with the step that is shown', async () => {
    await open('run/tx_1_4_1/3');
    const rows = page.locator('.sequence div svg > g');
    await expect.poll(() => rows.count()).toBe(15);
    const now = page.locator('.sequence .now');
    await expect.poll(() => now.locator('text').textContent()).toBe('3 TxEnqueue');
    // From the front to the ring, by a store.
    const [from, to] = [40, 170].map(String);
    const line = now.locator('line');
    const ends = await Promise.all(['class', 'x1', 'x2'].map((name) => line.getAttribute(name)));
    expect(ends).toEqual(['arrow', from, to]);
    for (let step = 3; step < 7; step++) await page.keyboard.press('ArrowRight');
    await expect.poll(() => now.locator('text').textContent()).toBe('7 TxCheckNotify');
    // It loads req_event, and sends an event past the ring.
    await expect.poll(() => now.locator('line').count()).toBe(2);
    await open('run/connection_believes_old_closed/1');
    await expect.poll(() => page.locator('.steps li').count()).toBeGreaterThan(3);
    await expect.poll(() => page.locator('.sequence').count()).toBe(0);
  });

  test('plays to the end and stops there', async () => {
    await open('run/tx_early_free/1');
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForSelector('.sentence');
    await expect.poll(() => page.getByRole('button', { name: 'Play' }).count()).toBe(1);
  });

  test.each([
    ['run/tx_1_4_2/1', 'it holds'],
    ['run/no_such_model/1', 'there is no such model'],
    ['run/tx_1_4_1/99', 'has 16 steps, and no step 99'],
    ['rnu/tx_1_4_1', 'The link leads nowhere'],
  ])('says that %s leads nowhere, and stands at the beginning', async (link, says) => {
    await open(link);
    await expect.poll(() => text('.notice')).toContain(says);
  });

  test('walks a graph by its buttons, and the link is the way', async () => {
    await open('graphs');
    await page.getByRole('link', { name: 'walk ring_1_trace' }).click();
    await page.getByRole('button', { name: 'FrontWriteRequest', exact: true }).click();
    await expect.poll(() => text('.what code')).toBe('FrontWriteRequest');
    await expect.poll(() => text('.what li')).toContain('ring[0] := request');
    await page.getByRole('button', { name: 'FrontPushRequests', exact: true }).click();
    await expect
      .poll(() => text('.command pre'))
      .toBe('netfront replay --way ring_1_trace FrontWriteRequest FrontPushRequests');
    await expect.poll(fragment).toMatch(/^#graph\/ring_1_trace\/\d+\.\d+$/);
    const way = fragment();
    await page.getByText('steps are not possible now').click();
    await page.getByRole('button', { name: 'FrontConsumeResponse', exact: true }).click();
    const why = await text('.why');
    expect(why).toContain('This is false: poller = "polling"');
    expect(why).toMatch(/poller\s*"asleep"/);
    expect(why).toMatch(/spec\/Ring\.tla, line \d+/);
    await expect.poll(() => text('.tla')).toContain('FrontConsumeResponse ==');
    await page.goto('about:blank');
    await open(way.slice(1));
    await page.waitForSelector('.choices');
    await expect.poll(() => text('.what code')).toBe('FrontPushRequests');
    await page.getByRole('button', { name: '0 the initial state' }).click();
    await expect.poll(fragment).toBe('#graph/ring_1_trace');
  });

  test('says why a way is no case for a driver', async () => {
    await open('graph/ring_1_trace/0');
    await page.waitForSelector('.choices');
    await expect
      .poll(() => text('.command ~ .quiet'))
      .toContain('cannot be written: no driver is asked about Ring');
  });

  test('lets one be the backend, by keyboard alone, and the link is the way', async () => {
    await open('backend');
    await page.waitForSelector('.choices');
    for (const [name, word] of [
      ['sends a frame', 'send'],
      ['take a packet', 'take'],
      ['answer request 1, id 0: ERROR', 'answer:1:ERROR'],
      ['let the event arrive that you have sent', 'event'],
    ] as const) {
      await page.getByRole('button', { name, exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.waitForFunction((is) => document.querySelector('.what h2')?.textContent === is, word);
    }
    await expect
      .poll(() => text('.what ul'))
      .toContain('the application is told that send 1 is finished: ERROR');
    await expect.poll(fragment).toBe('#backend/reference/tx/send+take+answer:1:ERROR+event');
    await expect
      .poll(() => text('.command pre'))
      .toContain("--steps 'send take answer:1:ERROR event' -- DRIVER");
    await page.getByRole('button', { name: '1 send' }).click();
    await page.waitForFunction(() => location.hash === '#backend/reference/tx/send');
    await page.getByRole('button', { name: 'store rsp_prod one past req_prod' }).click();
    await page.waitForFunction(() => document.querySelector('.sentence') !== null);
    await expect
      .poll(() => text('.sentence'))
      .toContain('You break what ring.h says: Ill-behaved backend determination');
    await expect.poll(() => text('.sentence')).toContain('P8 keeps the front from harm');
  });

  test('names the property that a front breaks, with its number and sentence', async () => {
    await open('backend/msa00/tx/send+send');
    await page.waitForSelector('.sentence');
    await expect
      .poll(() => text('.sentence'))
      .toContain('The front breaks P1 UniqueOutstandingId (unsafe): No two requests');
    await expect.poll(() => page.locator('.choices button').count()).toBe(0);
  });

  test.each([
    ['backend/reference/tx/send+sned', 'the step sned cannot be used'],
    ['backend/reference/rx/send', 'the step send cannot be used'],
    ['backend/msa00/tx/send+send+take', 'the game is over before take'],
  ])('says that %s is no way through the game, and stands at the beginning', async (link, says) => {
    await open(link);
    await page.waitForSelector('.notice');
    await expect.poll(() => text('.notice')).toContain(says);
    await expect.poll(() => text('.what h2')).toBe('The front has started');
  });

  test('says of a graph that is too large which command walks it', async () => {
    const html = await readFile(made.file, 'utf8');
    const large = `${made.file}.large.html`;
    const changed = html.replace(/("model":"ring_4_trace".{0,60}"isTooLarge":)false/, '$1true');
    expect(changed).not.toBe(html);
    await writeFile(large, changed);
    await page.goto(`file://${large}#graph/ring_4_trace`);
    await page.waitForSelector('.notice');
    await expect
      .poll(() => text('.notice'))
      .toContain('too large for a page: netfront replay --way ring_4_trace STEP... walks it');
  });

  test('follows a link into a graph that the browser has not yet read', async () => {
    const html = await readFile(made.file, 'utf8');
    const far = `${made.file}.far.html`;
    await writeFile(far, html.replace('<script type="text/plain"', `<!--${'x'.repeat(8e6)}--> $&`));
    await page.goto(`file://${far}#graph/ring_1_trace/0`);
    await page.waitForSelector('.choices');
  });

  test.each([
    ['graph/ring_1_trace/99.0', 'The link is no way through this graph'],
    ['graph/no_such_graph', 'The page has no graph of no_such_graph to walk. It has these'],
    ['graph/ring_2_trace', 'to walk: it is not there: make check makes it. It has these'],
  ])('says that %s is no way', async (link, says) => {
    await open(link);
    await page.waitForSelector('.notice');
    await expect.poll(() => text('.notice')).toContain(says);
  });

  test('has each property with what guards it', async () => {
    await open('properties');
    const row = await page.locator('tr#P2').textContent();
    for (const part of ['BufferStable', 'tx_1_4_1', 'invalid/tx/1-4-1', 'cli/explain', 'MSA00'])
      expect(row).toContain(part);
    const bound = await page.locator('tr#P8').textContent();
    for (const part of ['rsp_cons', 'ring.ts isBelievable', '–']) expect(bound).toContain(part);
    // Ring was not proved.
    expect(bound).toContain('NetfrontTx: any N, ids, blocks');
    expect(bound).not.toContain('Ring: every N');
    const ids = await page.locator('tr#P1').textContent();
    for (const part of ['c/counter-unchecked', 'rust/id-truncated', 'tx/out-of-order'])
      expect(ids).toContain(part);
    await page.getByRole('link', { name: 'P2, in the text of NetfrontTx' }).click();
    await expect.poll(() => text('tr.here code')).toContain('BufferStable ==');
  });

  test('paints how often each line was reached, and says what no model reaches', async () => {
    await open('models');
    await page.getByRole('link', { name: 'Coverage' }).click();
    await expect.poll(() => text('.lead')).toContain('the 7 models');
    await expect.poll(() => text('tbody tr')).toMatch(/^NetfrontTx\s4\s2\s2\s2\s1$/);
    await page.getByRole('link', { name: 'NetfrontTx' }).click();
    await expect
      .poll(() => page.locator('.taken li').allInnerTexts())
      .toEqual(['TxEnqueue 1,234', 'BackOverrun never']);
    const lines = (await readFile('spec/NetfrontTx.tla', 'utf8')).trimEnd().split('\n');
    await expect.poll(() => page.locator('.painted tbody code').allTextContents()).toEqual([...lines, '']);
    const reached = page.locator('tr.heat-2');
    await expect
      .poll(() => reached.allInnerTexts())
      .toEqual([expect.stringMatching(/^\d+\s+1,234\s+.*sender' = "idle"$/)]);
    const missed = page.locator('tr.missed');
    await expect.poll(() => missed.count()).toBe(2);
    expect(await missed.first().innerText()).toMatch(/never[\s\S]*done' = NotDone[\s\S]*does not say why/);
    await page.getByRole('link', { name: 'BackOverrun' }).click();
    await expect.poll(() => text('tr.here code')).toContain('BackOverrun ==');
    const top = async (): Promise<number> => (await page.locator('tr.here').boundingBox())!.y;
    await expect.poll(top).toBeLessThan(page.viewportSize()!.height);
    expect(await top()).toBeGreaterThan(0);
  });

  test('says of a module that was not counted that there are no counts of it', async () => {
    await open('coverage/Ring');
    await expect.poll(() => text('.notice')).toContain('No counts of Ring are here');
  });

  test.each(
    [
      'coverage',
      'coverage/NetfrontTx/224',
      'models?module=NetfrontTxRx',
      'run/tx_1_4_1/5',
      'run/tx_1_4_1/16',
      'run/txrx_event_taken_by_one/6',
      'properties',
      'graphs',
      'graph/ring_1_trace/0',
      'backend/reference/rx/packet:dd',
      'backend/msa00/tx/send+send',
    ].flatMap((link) => [[link, 'light', 390] as const, [link, 'dark', 1400] as const]),
  )('is read by everybody: axe finds nothing in %s, %s, %i pixels wide', async (link, colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await open(link);
    if (/^graph\/|^backend/.test(link)) await page.waitForSelector('.choices');
    // The page allows no other script than its own, but that of whoever looks at it.
    await page.evaluate(axe.source);
    const { violations, passes } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(),
    );
    expect(passes.length).toBeGreaterThan(10);
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`)).toEqual([]);
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });
});
