/**
 * Builds dist/ once before the tests, since those of the command run it as users do, and says which seed of the property
 * tests was asked for.
 */
import { execa } from 'execa';

/** Called by vitest. */
export async function setup(): Promise<void> {
  const { PROPERTY_SEED } = process.env;
  if (PROPERTY_SEED !== undefined) console.log(`property tests: PROPERTY_SEED=${PROPERTY_SEED}`);
  await execa('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'inherit', 'inherit'] });
}
