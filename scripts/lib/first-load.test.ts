import { expect, test } from 'vitest';
import { nodesOf, staticGraph } from './first-load.mjs';

const dictionary = `
export const dictionary = {
		"/(app)": [3,[2]],
		"/headless": [8],
		"/(app)/job/[id]": [4,[2]]
	};
`;

test('the nodes of a route, with the two that are always loaded', () => {
	expect(nodesOf(dictionary, '/(app)')).toEqual([0, 1, 3, 2]);
	expect(nodesOf(dictionary, '/(app)/job/[id]')).toEqual([0, 1, 4, 2]);
	expect(() => nodesOf(dictionary, '/(app)/gone')).toThrow('not among the routes');
});

test('a module is counted once with all that it imports, not with what it may import later', () => {
	const manifest = {
		a: { file: 'a.js', imports: ['b', 'c'], dynamicImports: ['e'] },
		b: { file: 'b.js', imports: ['c', 'a'] },
		c: { file: 'c.js' },
		d: { file: 'd.css', imports: ['c'] },
		e: { file: 'e.js' },
	};
	expect(staticGraph(manifest, ['a', 'd']).sort()).toEqual(['a.js', 'b.js', 'c.js']);
	expect(() => staticGraph(manifest, ['nothing'])).toThrow('not in the build');
});
