import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Who prints and exits: the commands, and the programs of bench/, ports/ and test/. */
const PROGRAMS = ['cli/**', 'bench/**', 'ports/**', 'test/**'];

export default tseslint.config(
  { ignores: ['dist/', 'build/'] },
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // A name that begins with an underscore is there for its place.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  {
    // Everything outside the programs returns values or throws typed errors.
    files: ['**/*.{ts,tsx}'],
    ignores: PROGRAMS,
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        ...['exit', 'exitCode', 'stdout', 'stderr'].map((property) => ({
          object: 'process',
          property,
          message: 'Only a program of cli/, bench/ or ports/ prints and exits.',
        })),
      ],
    },
  },
  {
    // impl/ does no I/O, so that it runs wherever JavaScript does.
    files: ['impl/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: '^node:' }] }],
      'no-restricted-globals': ['error', 'process', 'Buffer', 'fetch'],
    },
  },
);
