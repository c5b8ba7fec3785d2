import { relative, sep } from 'node:path';
import { faultOfImport, isTest, roomOf } from './rooms.mjs';

/** @typedef {import('eslint').Rule.RuleModule} RuleModule */
/** @typedef {import('eslint').Rule.RuleContext} RuleContext */
/** @typedef {import('eslint').Rule.Node} RuleNode */

/** @param {RuleContext} context */
function projectPath(context) {
	return relative(context.cwd, context.filename).split(sep).join('/');
}

/**
 * Every file imports only from rooms below its own, and a package that belongs to a room is imported
 * there alone.
 *
 * @type {RuleModule}
 */
const importOrder = {
	meta: { type: 'problem', schema: [], messages: { fault: '{{fault}}' } },
	create(context) {
		const file = projectPath(context);
		/** @param {RuleNode & { source?: { type: string, value?: unknown } | null | undefined }} node */
		const check = (node) => {
			if (node.source?.type !== 'Literal' || typeof node.source.value !== 'string') return;
			const fault = faultOfImport(file, node.source.value);
			if (fault !== null) context.report({ node, messageId: 'fault', data: { fault } });
		};
		return {
			ImportDeclaration: check,
			ImportExpression: check,
			ExportNamedDeclaration: check,
			ExportAllDeclaration: check,
		};
	},
};

/** Runes that hold or watch state; `$props` and `$derived` only pass it on. */
const statefulRunes = new Set(['$state', '$effect']);
const runes = new Set([...statefulRunes, '$derived', '$props', '$bindable', '$inspect', '$host']);

/**
 * Runes live in ui/ and state/. A page may take its props and derive from them.
 *
 * @type {RuleModule}
 */
const runesInTheirRooms = {
	meta: {
		type: 'problem',
		schema: [],
		messages: { rune: '{{rune}} belongs in ui/ or state/, not in {{room}}/' },
	},
	create(context) {
		const room = roomOf(projectPath(context));
		if (room === null || room === 'ui' || room === 'state') return {};
		return {
			CallExpression(node) {
				const callee = node.callee.type === 'MemberExpression' ? node.callee.object : node.callee;
				if (callee.type !== 'Identifier' || !runes.has(callee.name)) return;
				if (room === 'routes' && !statefulRunes.has(callee.name)) return;
				context.report({ node, messageId: 'rune', data: { rune: callee.name, room } });
			},
		};
	},
};

/**
 * A module only defines: no statement of it does anything when it is imported. Worker entries are the
 * exception, they are programs.
 *
 * @type {RuleModule}
 */
const nothingAtImport = {
	meta: {
		type: 'problem',
		schema: [],
		messages: { statement: 'nothing happens at import: move this into a function' },
	},
	create(context) {
		const file = projectPath(context);
		if (!/^src\/lib\/.*\.ts$/.test(file) || isTest(file) || file.endsWith('.worker.ts')) return {};
		const allowed = /^(Import|Export|Variable|Function|Class|TS)/;
		return {
			Program(program) {
				for (const statement of program.body) {
					if (!allowed.test(statement.type)) {
						context.report({ node: statement, messageId: 'statement' });
					}
				}
			},
			AwaitExpression(node) {
				const inFunction = context.sourceCode
					.getAncestors(node)
					.some((ancestor) => ancestor.type.includes('Function'));
				if (!inFunction) context.report({ node, messageId: 'statement' });
			},
		};
	},
};

/**
 * `!` only on an indexed element (`samples[i]!`), where the compiler cannot follow the loop's bounds.
 *
 * @type {RuleModule}
 */
const nonNullIndex = {
	meta: {
		type: 'problem',
		schema: [],
		messages: { other: 'only an indexed element may be asserted to be there' },
	},
	create(context) {
		return {
			/** @param {{ expression: { type: string, computed?: boolean } } & RuleNode} node */
			TSNonNullExpression(node) {
				if (node.expression.type === 'MemberExpression' && node.expression.computed) return;
				context.report({ node, messageId: 'other' });
			},
		};
	},
};

/** The project's own rules. */
export const confab = {
	rules: {
		'import-order': importOrder,
		'runes-in-their-rooms': runesInTheirRooms,
		'nothing-at-import': nothingAtImport,
		'non-null-index': nonNullIndex,
	},
};
