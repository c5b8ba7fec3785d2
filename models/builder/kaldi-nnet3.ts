import { damaged } from '../../src/lib/conversion/checkpoint.ts';
import {
	type KaldiArray,
	type KaldiNumber,
	KaldiReader,
	type KaldiValue,
	realNumberOf,
	wholeNumberOf,
} from './kaldi-reader.ts';

/** What a node takes in: others' outputs, put behind one another or moved in time. */
export type Descriptor =
	| { readonly kind: 'node'; readonly name: string }
	/** The input as it is so many rows later. */
	| { readonly kind: 'offset'; readonly of: Descriptor; readonly rows: number }
	| { readonly kind: 'append'; readonly of: readonly Descriptor[] };

export type Nnet3Node =
	| { readonly kind: 'input'; readonly dim: number }
	| { readonly kind: 'component'; readonly component: Nnet3Component; readonly input: Descriptor }
	| { readonly kind: 'output'; readonly input: Descriptor };

/** A network: its nodes by their names. */
export type Nnet3 = ReadonlyMap<string, Nnet3Node>;

/** Deeper than any descriptor that a recipe writes. */
const deepestDescriptor = 16;

/** One component: its type without the brackets, and what is written in it. */
export class Nnet3Component {
	readonly name: string;
	readonly type: string;
	readonly #values: ReadonlyMap<string, KaldiValue>;

	constructor(name: string, type: string, values: ReadonlyMap<string, KaldiValue>) {
		this.name = name;
		this.type = type;
		this.#values = values;
	}

	/** An array of so many dimensions. @throws ConfabError `ModelUnavailable` when there is none. */
	array(field: string, dimensions: number): KaldiArray {
		const value = this.#value(field);
		if (typeof value === 'boolean' || !('shape' in value) || value.shape.length !== dimensions) {
			throw damaged(`<${field}> of ${this.name} has another kind`);
		}
		return value;
	}

	/** @throws ConfabError `ModelUnavailable` when there is none. */
	wholeNumber(field: string): number {
		return wholeNumberOf(this.#number(field));
	}

	/** @throws ConfabError `ModelUnavailable` when there is none. */
	realNumber(field: string): number {
		return realNumberOf(this.#number(field));
	}

	/** @throws ConfabError `ModelUnavailable` when there is none. */
	isSet(field: string): boolean {
		const value = this.#value(field);
		if (typeof value !== 'boolean') throw damaged(`<${field}> of ${this.name} has another kind`);
		return value;
	}

	#number(field: string): KaldiNumber {
		const value = this.#value(field);
		if (typeof value === 'boolean' || 'shape' in value) {
			throw damaged(`<${field}> of ${this.name} has another kind`);
		}
		return value;
	}

	#value(field: string): KaldiValue {
		const value = this.#values.get(field);
		if (value === undefined) throw damaged(`${this.name} has no <${field}>`);
		return value;
	}
}

/**
 * A network of Kaldi's nnet3 in the binary form (`final.raw`): lines that say how nodes hang together,
 * then the components with their weights. Every component is read as tokens with one value each, so
 * those of a type that nothing here knows pass too, as long as they hold no other.
 *
 * @throws ConfabError `ModelUnavailable` for anything that is not one.
 */
export function readNnet3(bytes: Uint8Array): Nnet3 {
	const reader = new KaldiReader(bytes);
	reader.expect('<Nnet3>');
	const lines: string[] = [];
	if (reader.line() !== '') throw damaged('the description of the network does not begin');
	for (let line = reader.line(); line !== ''; line = reader.line()) lines.push(line);
	reader.expect('<NumComponents>');
	const count = reader.wholeNumber();
	const components = new Map<string, Nnet3Component>();
	for (let i = 0; i < count; i++) {
		const component = readComponent(reader);
		components.set(component.name, component);
	}
	reader.expect('</Nnet3>');
	return new Map(lines.map((line) => nodeOf(line, components)));
}

function readComponent(reader: KaldiReader): Nnet3Component {
	reader.expect('<ComponentName>');
	const name = reader.token();
	const type = inBrackets(reader.token());
	const values = new Map<string, KaldiValue>();
	for (let token = reader.token(); token !== `</${type}>`; token = reader.token()) {
		values.set(inBrackets(token), reader.value());
	}
	return new Nnet3Component(name, type, values);
}

function inBrackets(token: string): string {
	const inside = /^<(\w+)>$/.exec(token)?.[1];
	if (inside === undefined) throw damaged(`"${token}" stands where a token is expected`);
	return inside;
}

/** `component-node name=a component=b input=Append(Offset(c, -1), c)`: a kind, then values by their names. */
function nodeOf(
	line: string,
	components: ReadonlyMap<string, Nnet3Component>,
): [string, Nnet3Node] {
	const [kind = '', ...settings] = line.trim().split(/\s+(?=[\w-]+=)/);
	const values = new Map(
		settings.map((setting) => {
			const equals = setting.indexOf('=');
			return [setting.slice(0, equals), setting.slice(equals + 1)];
		}),
	);
	const take = (key: string): string => {
		const value = values.get(key);
		if (value === undefined) throw damaged(`"${line}" says no ${key}`);
		return value;
	};
	const name = take('name');
	switch (kind) {
		case 'input-node': {
			const dim = Number(take('dim'));
			if (!Number.isInteger(dim) || dim < 1) throw damaged(`"${line}" is no input`);
			return [name, { kind: 'input', dim }];
		}
		case 'component-node': {
			const component = components.get(take('component'));
			if (!component) throw damaged(`it holds no component "${take('component')}"`);
			return [name, { kind: 'component', component, input: descriptorOf(take('input')) }];
		}
		case 'output-node':
			return [name, { kind: 'output', input: descriptorOf(take('input')) }];
		default:
			throw damaged(`a node of the kind "${kind}" is not known`);
	}
}

function descriptorOf(text: string, depth = 0): Descriptor {
	if (depth > deepestDescriptor) throw damaged('a descriptor is too deep');
	const call = /^(\w+)\((.*)\)$/.exec(text.trim());
	if (!call) {
		if (!/^[\w.-]+$/.test(text.trim())) throw damaged(`"${text}" is no descriptor`);
		return { kind: 'node', name: text.trim() };
	}
	const [operator, inside] = [call[1]!, call[2]!];
	const parts = partsOf(inside);
	const inner = (part: string): Descriptor => descriptorOf(part, depth + 1);
	if (operator === 'Append') return { kind: 'append', of: parts.map(inner) };
	if (parts.length === 2 && /^\s*-?\d+\s*$/.test(parts[1]!)) {
		const rows = Number(parts[1]);
		if (operator === 'Offset') return { kind: 'offset', of: inner(parts[0]!), rows };
		// Rounding the time to whole rows changes nothing.
		if (operator === 'Round' && rows === 1) return inner(parts[0]!);
	}
	throw damaged(`the descriptor "${text.trim()}" is not known`);
}

/** What is between the commas that stand within no brackets. */
function partsOf(text: string): string[] {
	const parts = [''];
	let open = 0;
	for (const character of text) {
		if (character === '(') open++;
		if (character === ')') open--;
		if (character === ',' && open === 0) parts.push('');
		else parts[parts.length - 1] += character;
	}
	return parts;
}
