import * as v from 'valibot';
import type { WireError } from '../support/error-wire.ts';
import type { Progress } from '../support/progress.ts';

const askSchema = v.variant('ask', [
	v.strictObject({ ask: v.literal('download'), offer: v.string(), kind: v.string() }),
	v.strictObject({ ask: v.literal('pause') }),
]);

/**
 * All that the download worker understands. It is the one place that may reach another server, so it
 * takes neither addresses nor data: names of what is offered, which it knows itself.
 */
export type DownloadAsk = v.InferOutput<typeof askSchema>;

/** What it answers. */
export type DownloadAnswer =
	| { readonly answer: 'progress'; readonly progress: Progress }
	/** `id` on the shelf. */
	| { readonly answer: 'done'; readonly id: string }
	/** Also when it was paused: the error is an `AbortError`. */
	| { readonly answer: 'failed'; readonly error: WireError };

/** The request, or null for anything else. */
export function parseDownloadAsk(message: unknown): DownloadAsk | null {
	const parsed = v.safeParse(askSchema, message);
	return parsed.success ? parsed.output : null;
}
