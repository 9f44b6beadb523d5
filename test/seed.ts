/**
 * The seed of the property tests: a fixed one, so that a test suite is the same each time. PROPERTY_SEED is another one;
 * `make check-all` takes one at random, and prints it.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });
