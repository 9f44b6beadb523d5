// Runs the command in this process, one input after another, as cli/main.ts does. It stands by itself so that an input that
// never ends can be ended.
import process from 'node:process';
import { setImmediate } from 'node:timers';
import { run } from '../../dist/cli/netfront.js';

let uncaught;
process.on('uncaughtException', (error) => (uncaught ??= error));

/** What is written to the stream meanwhile goes into the list. */
const captured = (stream, list) => {
  const { write } = stream;
  stream.write = (text, encoding, done) => {
    list.push(String(text));
    (typeof encoding === 'function' ? encoding : done)?.();
    return true;
  };
  return () => (stream.write = write);
};

process.on('message', async ({ args, env }) => {
  uncaught = undefined;
  Object.assign(process.env, env);
  const [out, err] = [[], []];
  const released = [captured(process.stdout, out), captured(process.stderr, err)];
  let status;
  try {
    status = await run(args);
  } catch (error) {
    uncaught ??= error;
  }
  // What was thrown in a timer comes now.
  await new Promise((resolve) => setImmediate(resolve));
  for (const release of released) release();
  process.send({ status, stdout: out.join(''), stderr: err.join(''), uncaught: uncaught?.stack });
});
process.send('ready');
