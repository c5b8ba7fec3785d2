import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import { defineConfig, globalIgnores } from 'eslint/config';
import js from '@eslint/js';
import ts from 'typescript-eslint';
import { confab } from './scripts/lint/plugin.mjs';
import svelteConfig from './svelte.config.js';

/** Where numbers are worked on: `samples[i]!` in a loop over its length is as safe as it gets. */
const numerics = [
	'src/lib/{signal,conversations,evaluation,perception,people,recognisers,conversion,inference,media}/**/*.ts',
	'models/**/*.ts',
	'tests/**/*.ts',
	'**/*.test.ts',
];

/** Rooms that run on any thread: no page there. */
const anyThread =
	'src/lib/{workers,pipeline,conversion,recognisers,perception,people,media,inference,store,formats,evaluation,conversations,signal,domain,support}';

export default defineConfig(
	globalIgnores([
		'.svelte-kit/',
		'build/',
		'static/',
		'models/.cache/',
		'tests/output/',
		'output/',
		'coverage/',
	]),
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	js.configs.recommended,
	ts.configs.strictTypeChecked,
	ts.configs.stylisticTypeChecked,
	svelte.configs.recommended,
	svelte.configs.prettier,
	{
		languageOptions: {
			globals: { ...globals.browser, ...globals.worker },
			parserOptions: {
				projectService: true,
				tsconfigRootDir: import.meta.dirname,
				extraFileExtensions: ['.svelte'],
			},
		},
		plugins: { confab },
		rules: {
			'confab/import-order': 'error',
			'confab/runes-in-their-rooms': 'error',
			'confab/nothing-at-import': 'error',
			eqeqeq: ['error', 'always', { null: 'ignore' }],
			'no-console': 'error',
			// TypeScript knows which names exist.
			'no-undef': 'off',
			'@typescript-eslint/consistent-type-exports': 'error',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': 'error',
			'@typescript-eslint/restrict-template-expressions': [
				'error',
				{ allowNumber: true, allowBoolean: true },
			],
			'@typescript-eslint/restrict-plus-operands': ['error', { allowNumberAndString: true }],
			'@typescript-eslint/no-unnecessary-condition': [
				'error',
				{ allowConstantLoopConditions: true },
			],
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
			],
			// A function that answers an interface with promises need not wait for anything itself.
			'@typescript-eslint/require-await': 'off',
			// Indices are part of numerics; and `!` is not allowed here.
			'@typescript-eslint/prefer-for-of': 'off',
			'@typescript-eslint/non-nullable-type-assertion-style': 'off',
		},
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
	},
	{
		// The routes resolve every address; components are handed them (src/lib/ui/common/addresses.ts).
		files: ['src/lib/ui/**/*.svelte'],
		rules: { 'svelte/no-navigation-without-resolve': ['error', { ignoreLinks: true }] },
	},
	{
		files: [`${anyThread}/**/*.ts`],
		rules: {
			'no-restricted-globals': ['error', 'window', 'document', 'localStorage', 'sessionStorage'],
		},
	},
	{
		files: ['src/lib/**/*.ts'],
		rules: {
			'no-restricted-syntax': [
				'error',
				{ selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
				{ selector: 'TSEnumDeclaration', message: 'Use a union of strings.' },
			],
		},
	},
	{
		files: numerics,
		plugins: { confab },
		rules: {
			'@typescript-eslint/no-non-null-assertion': 'off',
			'confab/non-null-index': 'error',
		},
	},
	{
		// Plain JavaScript that must run before anything is installed: it cannot parse with a schema.
		files: ['**/*.mjs', '**/*.js'],
		languageOptions: { globals: globals.node },
		rules: {
			'no-console': 'off',
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
		},
	},
	{
		// Programs in TypeScript (model set-up, training data, benches) print what they do.
		files: ['models/**/*.ts', 'scripts/**/*.ts', 'tests/**/*.ts'],
		languageOptions: { globals: globals.node },
		rules: { 'no-console': 'off' },
	},
	{
		// Playwright reads a fixture's needs from its first parameter, which must be a pattern.
		files: ['tests/e2e/**/*.ts'],
		rules: { 'no-empty-pattern': 'off' },
	},
	{
		files: ['**/*.test.ts'],
		rules: {
			'@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
			'@typescript-eslint/unbound-method': 'off',
			'@typescript-eslint/no-implied-eval': 'off',
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-empty-function': 'off',
		},
	},
);
