import * as v from 'valibot';
import type { SessionResult } from '../domain/result.ts';
import type { KeptEdition, KeptReference, KeptRun } from '../formats/project/project-session.ts';
import { editionSchema } from '../formats/records/edition-schema.ts';
import { labelsSchema } from '../formats/records/labels-schema.ts';
import { clonedForm } from '../formats/records/record-form.ts';
import { resultSchema } from '../formats/records/result-schema.ts';
import type { StoredResult } from './schema.ts';

/** Reads what lies in the database; null when it is not of the present form. */
type Parse<T> = (value: unknown) => T | null;

const result = resultSchema(clonedForm);
const time = v.pipe(v.number(), v.finite());

function parser<T>(schema: v.GenericSchema<unknown, T>): Parse<T> {
	return (value) => {
		const parsed = v.safeParse(schema, value);
		return parsed.success ? parsed.output : null;
	};
}

/** A stage's result. */
export const parseStoredResult: Parse<StoredResult> = parser(
	v.object({ sessionId: v.string(), stage: v.string(), value: v.unknown() }),
);

/** A whole result. */
export const parseResult: Parse<SessionResult> = parser(result);

/** A run. */
export const parseKeptRun: Parse<KeptRun> = parser(v.object({ result, finishedAt: time }));

/** What a person made of a run. */
export const parseKeptEdition: Parse<KeptEdition> = parser(
	v.object({ edition: editionSchema(clonedForm), savedAt: time }),
);

/** A truth to compare with. */
export const parseKeptReference: Parse<KeptReference> = parser(
	v.object({
		labels: labelsSchema(clonedForm),
		origin: v.picklist(['session', 'person']),
		savedAt: time,
	}),
);
