import { createContext } from 'svelte';
import type { AppState } from '../../state/app-state.svelte.ts';

/** The app's state for every component below the layout; `provideApp` is for the layout alone. */
export const [useApp, provideApp] = createContext<AppState>();
