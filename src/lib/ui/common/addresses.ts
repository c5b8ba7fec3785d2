import { createContext } from 'svelte';

/** Where the pages are. Only the routes know; components ask. */
export interface Addresses {
	first(): string;
	models(): string;
	compare(): string;
	privacy(): string;
	library(): string;
	job(jobId: string): string;
	session(sessionId: string): string;
}

/** The addresses for every component below the layout; `provideAddresses` is for the layout alone. */
export const [useAddresses, provideAddresses] = createContext<Addresses>();
