import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  findJar,
  findJava,
  type JarResult,
  type Java,
  type Pin,
  pins,
  probe,
  ToolError,
} from '../../tlc/index.js';
import { javaVersion } from '../../tlc/java.js';

// The runs of Java take seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

/** A good jar and Java, for the fakes below to hand out. */
let good: JarResult;
let java: Java;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  [good, java] = await Promise.all([findJar(), findJava()]);
}, 120_000);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netfront-jar-'));
  await mkdir(join(folder, 'bin'));
  env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, NETFRONT_CACHE: join(folder, 'cache') };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program on PATH that does this.  A fake mvn has the folder to copy to in `$to`. */
async function fake(name: string, script: string): Promise<void> {
  const path = join(folder, 'bin', name);
  const to = `for a; do case $a in -DoutputDirectory=*) to=\${a#*=};; esac; done`;
  await writeFile(path, `#!/bin/sh\n${to}\n${script}\n`);
  await chmod(path, 0o755);
}

const pin = (): Pin => pins.find(({ sha256 }) => sha256 === good.sha256)!;
const file = (): string => `${pin().name}-${pin().version}.jar`;
const cached = (): string => join(folder, 'cache', file().replace(/\.jar$/, ''), file());
/** The jar in hand, as though Maven had it. */
const byMaven = (): readonly Pin[] => [{ ...pin(), how: { kind: 'maven', artifact: 'a:b:1' } }];
const copies = (): string => `cp '${good.path}' "$to/${file()}"`;
const find = (more: object = {}): Promise<JarResult> => findJar({ env, pins: byMaven(), ...more });

describe('the user’s own jar', () => {
  test('is taken if we know it', async () => {
    env.TLA2TOOLS_JAR = good.path;
    expect(await find()).toMatchObject({ path: good.path, pinned: true, origin: 'environment' });
  });

  test('is taken if we do not know it, and the result says so', async () => {
    env.TLA2TOOLS_JAR = join(folder, 'own.jar');
    const bytes = await readFile(good.path);
    bytes.writeUInt16LE(2, bytes.length - 2);
    await writeFile(env.TLA2TOOLS_JAR, Buffer.concat([bytes, Buffer.from('hi')]));
    expect(await find()).toMatchObject({ path: env.TLA2TOOLS_JAR, pinned: false });
  });

  test('is refused if it is not there', async () => {
    env.TLA2TOOLS_JAR = join(folder, 'none.jar');
    await expect(find()).rejects.toThrow(/none\.jar, which does not exist/);
  });

  test.each([
    ['cut short', async (path: string) => truncate(path, 1_000_000)],
    ['empty', async (path: string) => truncate(path, 0)],
    [
      'something else',
      async (path: string) => writeFile(path, 'no jar at all, but longer than an end record'),
    ],
  ])('is refused if it is %s', async (_, damage) => {
    env.TLA2TOOLS_JAR = join(folder, 'own.jar');
    await copyFile(good.path, env.TLA2TOOLS_JAR);
    await damage(env.TLA2TOOLS_JAR);
    await expect(find()).rejects.toThrow(ToolError);
    await expect(find()).rejects.toThrow(/not a whole jar file/);
  });

  test('is refused if TLC is not in it', async () => {
    env.TLA2TOOLS_JAR = join(folder, 'own.jar');
    const emptyZip = Buffer.alloc(22);
    emptyZip.writeUInt32LE(0x06054b50);
    await writeFile(env.TLA2TOOLS_JAR, emptyZip);
    await expect(find()).rejects.toThrow(/a jar without TLC/);
  });
});

describe('a download', () => {
  test('ends alone in a folder of the cache, and is not made again', async () => {
    await fake('mvn', copies());
    expect(await find()).toMatchObject({ path: cached(), sha256: good.sha256, origin: 'download' });
    expect(await readdir(dirname(cached()))).toEqual([file()]);
    await fake('mvn', 'exit 1');
    expect(await find()).toMatchObject({ path: cached(), origin: 'cache' });
  });

  test('replaces a cached copy that was cut short', async () => {
    await mkdir(dirname(cached()), { recursive: true });
    await copyFile(good.path, cached());
    await truncate(cached(), 1_000_000);
    await fake('mvn', copies());
    expect(await find()).toMatchObject({ path: cached(), origin: 'download' });
    expect(await find()).toMatchObject({ origin: 'cache' });
  });

  test.each([
    ['killed', 'kill -9 $$'],
    ['given up', 'echo "[ERROR] no route to host"; exit 1'],
  ])('that was %s half way is never used', async (_, ending) => {
    await fake('mvn', `head -c 1000000 '${good.path}' > "$to/${file()}"; ${ending}`);
    await expect(find()).rejects.toThrow(ToolError);
    expect(await readdir(dirname(cached()))).toEqual([]);
    await fake('mvn', copies());
    expect(await find()).toMatchObject({ origin: 'download' });
  });

  test('that says it went well but is short is refused by its checksum', async () => {
    await fake('mvn', `head -c 1000000 '${good.path}' > "$to/${file()}"`);
    await expect(find()).rejects.toThrow(new RegExp(`has SHA-256 [0-9a-f]{64} in place of ${good.sha256}`));
    expect(await readdir(dirname(cached()))).toEqual([]);
  });

  test('of which another process left a part behind does not use that part', async () => {
    const part = join(dirname(cached()), '.download-killed');
    await mkdir(part, { recursive: true });
    await writeFile(join(part, file()), 'half a jar');
    await fake('mvn', copies());
    expect(await find()).toMatchObject({ origin: 'download', sha256: good.sha256 });
  });

  test('may be made by several at the same time', async () => {
    await fake('mvn', `sleep 0.1; ${copies()}`);
    const results = await Promise.all([find(), find(), find()]);
    expect(results.map(({ sha256 }) => sha256)).toEqual([good.sha256, good.sha256, good.sha256]);
    expect(await readdir(dirname(cached()))).toEqual([file()]);
  });

  test('that is interrupted leaves nothing, and does not wait', { timeout: 10_000 }, async () => {
    await fake('mvn', `exec sleep 30`);
    await expect(find({ signal: AbortSignal.timeout(100) })).rejects.toThrow(/interrupted/);
    expect(await readdir(dirname(cached()))).toEqual([]);
  });

  test('needs a folder that can be written', async () => {
    await writeFile(join(folder, 'cache'), 'a file where a folder should be');
    await expect(find()).rejects.toThrow(/cannot be written .*NETFRONT_CACHE/);
  });

  test('says what was tried if nothing worked', async () => {
    await rm(join(folder, 'bin', 'mvn'), { force: true });
    env.PATH = join(folder, 'bin');
    await expect(find()).rejects.toThrow(/mvn is not on PATH.*TLA2TOOLS_JAR/);
  });
});

describe('a download without Maven', () => {
  async function served<T>(answer: RequestListener, use: (pins: readonly Pin[]) => Promise<T>): Promise<T> {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tla2tools.jar`;
    try {
      return await use([...byMaven(), { ...pin(), name: 'release', how: { kind: 'url', url } }]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  beforeEach(() => {
    env.PATH = join(folder, 'bin');
  });

  test('takes the next source', async () => {
    const jar = await readFile(good.path);
    const found = await served(
      (_, response) => response.end(jar),
      (pins) => findJar({ env, pins }),
    );
    expect(found).toMatchObject({ name: expect.stringMatching(/^release /), origin: 'download' });
  });

  test('that breaks off is never used', async () => {
    const jar = await readFile(good.path);
    const breaksOff: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-length': jar.length });
      response.write(jar.subarray(0, 1_000_000), () => response.destroy());
    };
    await expect(served(breaksOff, (pins) => findJar({ env, pins }))).rejects.toThrow(
      /could not be downloaded/,
    );
    const left = await readdir(join(folder, 'cache'), { recursive: true });
    expect(left.filter((name) => name.endsWith('.jar'))).toEqual([]);
  });

  test('that is refused says how', async () => {
    const refuses: RequestListener = (_, response) => response.writeHead(404).end();
    await expect(served(refuses, (pins) => findJar({ env, pins }))).rejects.toThrow(/answered 404/);
  });
});

describe('the pins', () => {
  test('are whole checksums, each for one build', () => {
    expect(pins.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
    expect(new Set(pins.map(({ name, version }) => `${name}-${version}`)).size).toBe(pins.length);
  });
});

describe('what a jar can do', () => {
  test('is asked once, and kept by checksum', async () => {
    const capabilities = await probe(java, good, { env });
    expect(capabilities.banner).toMatch(/^TLC2 Version/);
    expect(capabilities.features).toMatchObject({ toolMode: true, lasso: true, coverage: true });
    expect(await probe({ path: 'no-such-java' }, good, { env })).toEqual(capabilities);
    const impossible = { ...capabilities, features: { ...capabilities.features, lasso: false } };
    const memory = join(folder, 'cache', 'capabilities', `${good.sha256}.json`);
    await writeFile(memory, JSON.stringify(impossible));
    await expect(probe(java, good, { env })).rejects.toThrow(/cannot do what is needed \(lasso\)/);
  });

  test('is nothing if its classes are damaged', async () => {
    const path = join(folder, 'damaged.jar');
    const bytes = await readFile(good.path);
    // The table at the end stays whole, so that only running it can tell.
    bytes.fill(0, 1000, bytes.length - 400_000);
    await writeFile(path, bytes);
    const jar = await findJar({ env: { ...env, TLA2TOOLS_JAR: path } });
    await expect(probe(java, jar, { env })).rejects.toThrow(/damaged\.jar .*toolMode/);
  });
});

describe('Java', () => {
  const version = (text: string): string => `echo '${text}' >&2`;

  test.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_292"', 8],
    ['openjdk version "21" 2023-09-19', 21],
    ['sh: java: not found', undefined],
  ])('%s is release %s', (text, release) => {
    expect(javaVersion(text)).toBe(release);
  });

  test('is that of JAVA_HOME before that of PATH', async () => {
    await fake('java', version('openjdk version "17.0.1"'));
    expect(await findJava({ env })).toEqual({ path: 'java', version: 17 });
    env.JAVA_HOME = join(folder, 'home');
    await mkdir(join(env.JAVA_HOME, 'bin'), { recursive: true });
    await copyFile(join(folder, 'bin', 'java'), join(env.JAVA_HOME, 'bin', 'java'));
    expect(await findJava({ env })).toEqual({ path: join(env.JAVA_HOME, 'bin', 'java'), version: 17 });
  });

  test('that is too old, or not there, is an error of the user', async () => {
    env.PATH = join(folder, 'bin');
    await expect(findJava({ env })).rejects.toThrow(/needs Java 11 or later.*java does not run/);
    await fake('java', version('java version "1.8.0_292"'));
    await expect(findJava({ env: { ...env, PATH: `${env.PATH}:/bin` } })).rejects.toThrow(/java is Java 8/);
  });
});
