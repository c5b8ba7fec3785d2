import { createContext, type Snippet } from 'svelte';

/** The frame around every page, as the page that is shown wants it. */
export class PageFrame {
	/**
	 * Stands in the header beside the app's name. A page that puts something there fills the window, and only
	 * parts of it scroll; null for a page that scrolls as a whole.
	 */
	bar = $state.raw<Snippet | null>(null);
}

/** The frame for every component below the shell; `providePageFrame` is for the shell alone. */
export const [usePageFrame, providePageFrame] = createContext<PageFrame>();
