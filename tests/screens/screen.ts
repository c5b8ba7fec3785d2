import type { Page } from 'playwright';

/** A state of the app to look at. */
export interface Screen {
	/** What the made-up client is to do (fake-app.ts). */
	readonly client?: string;
	readonly path?: string;
	readonly act?: (page: Page) => Promise<void>;
	/** It is compared with stored pictures. Such a screen looks the same each time. */
	readonly pictured?: boolean;
}
