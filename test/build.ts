/** Builds dist/ once before the tests, since those of the command run it as users do. */
import { execa } from 'execa';

/** Called by vitest. */
export async function setup(): Promise<void> {
  await execa('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'inherit', 'inherit'] });
}
